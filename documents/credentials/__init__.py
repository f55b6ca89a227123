"""The same facts as the page, signed for machines: a W3C Verifiable Credential in the file, a short form in the code.

No clock, no network, no table, and no renderer: whoever has the issuer's public keys can check both anywhere.
"""
