"""Names of invented workers of eight name cultures, as registers print them; for what screening is measured with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_GIVEN: Final = {
    "arabic": """
        Ahmed Mohamed Youssef Omar Khalid Said Rachid Hicham Mustapha Karim Abdelaziz Abderrahim Hassan Ali
        Ayoub Amine Soufiane Hamza Nabil Tarik Samir Jamal Walid Bilal Ibrahim Ismail Driss Brahim Noureddine
        Abdellah Fatima Khadija Zineb Naima Houda Salma Imane Laila Nadia Souad Malika Hanane Aicha Karima
        Rachida Samira Meryem Yassine Anas Reda
    """,
    "bengali": """
        Md. Abdul Rafiqul Shafiqul Mizanur Jahangir Kamrul Anwar Shahidul Nazrul Saiful Aminul Rezaul Monirul
        Faruk Sohel Rubel Masud Alamgir Babul Delwar Habibur Hafizur Jamal Kamal Liton Mamun Nurul Rana Ripon
        Selim Shamim Sumon Tofazzal Zahid Nasrin Taslima Farzana Shirin Rokeya Salma Rina Shahana Parvin Momtaz
        Ashraful Ariful Imran Rashed
    """,
    "albanian": """
        Agron Besnik Drilon Ilir Petrit Valon Luljeta Mimoza Teuta Arben Shkumbin Vlora Blerim Fatmir Agim Naim
        Bujar Burim Driton Ardian Enver Gezim Hamdi Hysen Kujtim Liridon Lulzim Mentor Muhamet Nexhat Qamil
        Rexhep Sabri Skender Shaban Xhevat Ylli Zenel Albana Arta Donjeta Drita Edona Fatime Hana Kaltrina
        Merita Shqipe Valbona Vjosa Zana
    """,
    "cyrillic": """
        Oleksandr Serhii Kateryna Volodymyr Nataliia Bohdan Yevheniia Dmytro Liudmyla Viacheslav Oksana Andrii
        Ivan Mykola Petro Vasyl Yurii Ihor Oleh Taras Maksym Artem Denys Roman Viktor Pavlo Anatolii Hryhorii
        Stepan Ruslan Vitalii Olena Iryna Tetiana Svitlana Halyna Mariia Yuliia Anna Olha Larysa Valentyna Lesia
        Nadiia Alina Daria Kyrylo Ostap
    """,
    "vietnamese": """
        An Anh Binh Chau Cuong Dat Dung Duc Duy Giang Ha Hai Hang Hanh Hieu Hoa Hoang Hong Hung Huong Huy Khanh
        Khoa Lam Lan Linh Loan Long Mai Minh Nam Nga Ngoc Nhung Phong Phuc Phuong Quang Quan Quynh Son Tam Tan
        Thang Thanh Thao Thu Thuy Tien Toan Trang Trinh Trung Tu Tuan Tung Van Viet Vinh Vy Xuan Yen
    """,
    "filipino": """
        Jose Maria Antonio Rosario Crisanto Bernadette Rogelio Marites Ferdinand Corazon Eduardo Lourdes Juan
        Mark John Paul Angelo Christian Michael Ronald Rodel Jerome Arnel Danilo Reynaldo Ricardo Roberto
        Ernesto Noel Jennifer Maricel Analyn Rowena Jocelyn Grace Joy Michelle Cristina Teresa Carmelita Erlinda
        Gloria Imelda Liza Rhodora Vilma Zenaida
    """,
    "amharic": """
        Abebe Tigist Dawit Hirut Bekele Selamawit Yohannes Mulugeta Tsehay Gebremariam Worku Alemitu Getachew
        Haile Kebede Solomon Tesfaye Tadesse Girma Mekonnen Berhanu Almaz Aster Meseret Genet Hiwot Eyerusalem
        Bethlehem Kidist Martha Biruk Ermias Fikru Henok Kaleb Natnael Robel Samuel Temesgen Yared Zelalem Ayele
        Belay Demissie Endale Fasil Habtamu
    """,
    "nepali": """
        Ram Hari Krishna Bishnu Laxman Gopal Suresh Ramesh Rajesh Dinesh Mahesh Prakash Santosh Deepak Bikash
        Manoj Binod Sita Gita Maya Laxmi Sunita Anita Sarita Kamala Bimala Radha Devi Parbati Durga Ganga
        Nirmala Pabitra Shanti Tek Dil Man Bhim Nar Lal Purna Chandra Surya Indra Dhan Bal Gyan Keshav Madan
        Narayan Om Puskar Rabindra Shyam Uttam
    """,
}
_FAMILY: Final = {
    "arabic": """
        Benali Alaoui Bennani Berrada Chraibi Tazi Idrissi Fassi Amrani Mansouri Ouazzani Lahlou Bouazza
        Zerouali Khattabi Haddad Naciri Filali Sebti Kettani Benkirane Cherkaoui Belkacem Saidi Hamdaoui Slimani
        Rahmouni Toumi Bouzid Gharbi Trabelsi Jaziri Mabrouk Ferchichi Chaouch Khelifi Dridi Hammami Ayari
        Jebali Mejri Sassi Zouari Guesmi
    """,
    "bengali": """
        Rahman Hossain Islam Uddin Miah Chowdhury Sarkar Talukder Bhuiyan Mollah Howlader Sikder Khan Ali Ahmed
        Alam Haque Akter Begum Khatun Mondal Biswas Sheikh Gazi Patwary Bepari Pramanik Matubbar Mridha Fakir
        Hawlader Sardar Dewan Khandaker Munshi Kazi Mia Das Roy Saha Paul Barua Sutradhar Majumder Bhattacharya
        Mallick Molla Shikdar Hazra
    """,
    "albanian": """
        Krasniqi Gashi Berisha Hoxha Zeqiri Kelmendi Morina Shala Bytyqi Rexhepi Thaqi Gjonbalaj Haliti Bajrami
        Kastrati Ahmeti Salihu Avdiu Jashari Maloku Osmani Hyseni Kryeziu Limani Mehmeti Selimi Sefa Ramadani
        Islami Beqiri Syla Zogaj Veseli Sopi Rama Pacolli Nimani Mustafa Llapashtica Kabashi Ibrahimi Haxhiu
        Gjoni Elezi Dervishi Cakaj Bislimi
    """,
    "cyrillic": """
        Shevchenko Kovalenko Bondarenko Tkachuk Moroz Lysenko Hryhorenko Zakharchuk Pavlyshyn Yatsenko Melnyk
        Kravchenko Oliynyk Koval Polishchuk Savchenko Rudenko Marchenko Petrenko Kolomiets Tkachenko Bondar
        Kharchenko Sydorenko Hnatiuk Panchenko Romanenko Kuzmenko Levchenko Vasylenko Ponomarenko Didenko
        Babenko Zinchenko Honchar Fedorenko
    """,
    "vietnamese": """
        Nguyen Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Doan Truong Luong Cao Mai
        Trinh Dao
    """,
    "filipino": """
        Santos Reyes Cruz Bautista Villanueva Macaraeg Pangilinan Dimaculangan Magsaysay Catacutan Garcia
        Mendoza Torres Ramos Aquino Flores Gonzales Lopez Castillo Rivera Domingo Salazar Mercado Tolentino
        Valdez Soriano Navarro Pascual Santiago Hernandez Dizon Manalo Ocampo Panganiban Lacson Batungbakal
        Macapagal Dumlao Agbayani Baluyot Cayabyab
    """,
    "amharic": """
        Tesfaye Haile Wolde Gebreyesus Desta Mengistu Kebede Asfaw Teklehaimanot Zewdie Tadesse Girma Alemu
        Assefa Ayalew Bekele Belachew Chala Degu Eshetu Fikre Gebre Hailu Jemal Kassa Lemma Mamo Negash Regassa
        Shiferaw Tefera Wondimu Yimer Zeleke Abate Admasu Bogale Dagne Feyisa Getahun Hagos Kiros Legesse Moges
        Nigussie Seifu Tilahun Woldemariam
    """,
    "nepali": """
        Thapa Gurung Tamang Rai Magar Shrestha Adhikari Poudel Karki Bhattarai Khadka Basnet Limbu Sherpa Lama
        Koirala Acharya Bhandari Chaudhary Dahal Ghimire Joshi KC Khatri Lamichhane Maharjan Neupane Oli Pandey
        Pokharel Rana Regmi Sapkota Sharma Subedi Tharu Tiwari Upadhyay Wagle Yadav Bista Budhathoki Chhetri
        Dhakal Gautam Kandel Lamsal Panta
    """,
}
CULTURES: Final = tuple(_GIVEN)
NATIONALITY: Final = {
    "arabic": "MA", "bengali": "BD", "albanian": "XK", "cyrillic": "UA", "vietnamese": "VN", "filipino": "PH",
    "amharic": "ET", "nepali": "NP",
}  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """Given names and family name of an invented worker."""

    given: str
    family: str

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"


def _vietnamese(rng: random.Random, given: list[str], family: list[str]) -> Invented:
    own = " ".join(rng.sample(given, rng.choice((1, 1, 2))))
    return Invented(f"{rng.choice(family)} {rng.choice(('Van', 'Thi', 'Duc', 'Ngoc', 'Minh', 'Thanh'))} {own}", "")


def _nepali(rng: random.Random, given: list[str], family: list[str]) -> Invented:
    middle = rng.choice(("Bahadur", "Prasad", "Kumar", "Kumari", "Maya", "Devi", "", "", ""))
    return Invented(f"{rng.choice(given)} {middle}".strip(), rng.choice(family))


def _filipino(rng: random.Random, given: list[str], family: list[str]) -> Invented:
    own, mothers = rng.sample(family, 2)
    return Invented(f"{' '.join(rng.sample(given, rng.choice((1, 2))))} {mothers}", own)


def _three(rng: random.Random, given: list[str], family: list[str]) -> Invented:
    """Own name, father's name and family name, or one of the last two only."""
    fathers = [rng.choice(given)] if rng.random() < 0.6 else []
    return Invented(" ".join([rng.choice(given), *fathers]), rng.choice(family))


_MADE: Final[dict[str, Callable[[random.Random, list[str], list[str]], Invented]]] = {
    "vietnamese": _vietnamese,
    "nepali": _nepali,
    "filipino": _filipino,
}


def worker(rng: random.Random, culture: str) -> Invented:
    """One ordinary worker of a culture; one name of ten is spelt in a way that the pools do not have."""
    given, family = _GIVEN[culture].split(), _FAMILY[culture].split()
    made = _MADE.get(culture, _three)(rng, given, family)
    if rng.random() < 0.1 and len(made.family) > 4:
        at = rng.randrange(1, len(made.family) - 1)
        return Invented(made.given, made.family[:at] + rng.choice("aeioulmnrst") + made.family[at:])
    return made
