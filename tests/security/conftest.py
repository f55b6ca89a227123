"""Small watch lists of invented people, and the real ones where they lie beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.security.lists import LoadedList, load

_SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "watchlists"

OWN_LIST = """reference,name,aliases,birth_date,nationalities,sex,remarks
W-1,Drilon Gashtani,Drilon Gashi Tani;~The Mason,1984-03-02,Kosovo,M,
W-2,Usamah Karimzadeh Tolari,,1971,MA;France,M,"Seen with ""papers"" of others"
W-3,Mohammed Ali,,1990-05,Bangladesh,M,
W-4,Rrezarta Vllasolli,,,XK,F,
"""

UN_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2027-01-02T00:00:09.554Z">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <FIRST_NAME>DAMIR</FIRST_NAME><SECOND_NAME>AL-QORANI</SECOND_NAME><THIRD_NAME/>
      <REFERENCE_NUMBER>ZZi.001</REFERENCE_NUMBER>
      <GENDER>Male</GENDER>
      <COMMENTS1>Invented.</COMMENTS1>
      <NAME_ORIGINAL_SCRIPT>دامر القراني</NAME_ORIGINAL_SCRIPT>
      <NATIONALITY><VALUE>Iran (Islamic Republic of)</VALUE><VALUE>na</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Damir Korani; Damyr Qurani</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>“The Baker”</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1978-04-28</DATE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1980</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH>
        <TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1973</FROM_YEAR><TO_YEAR>1974</TO_YEAR>
      </INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1979 </NOTE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DOCUMENT/>
      <INDIVIDUAL_DOCUMENT><NUMBER>OB 0243318</NUMBER></INDIVIDUAL_DOCUMENT>
      <INDIVIDUAL_DOCUMENT><NUMBER>Service passport no. D00000898 (expired 2011)</NUMBER></INDIVIDUAL_DOCUMENT>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <FIRST_NAME>INVENTED TRADING HOUSE</FIRST_NAME>
      <REFERENCE_NUMBER>ZZe.001</REFERENCE_NUMBER>
      <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>ITH</ALIAS_NAME></ENTITY_ALIAS>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
"""


@pytest.fixture
def own_list() -> bytes:
    return OWN_LIST.encode()


@pytest.fixture
def un_list() -> bytes:
    return UN_LIST.encode()


@pytest.fixture(scope="session")
def real_lists() -> Path:
    """The folder of the published lists; skips where it does not lie beside the repository."""
    if not _SHARED.is_dir():
        pytest.skip("the published watch lists are not here")
    return _SHARED


@pytest.fixture(scope="session")
def real_un(real_lists: Path) -> LoadedList:
    return load((real_lists / "UN_consolidated.xml").read_bytes(), "un")
