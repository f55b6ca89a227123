"""Names that are written in many ways, and names that look alike and are not the same.

A word list, not a rule: each line is one name, its usual spelling first. Two words of the list that stand on
different lines are two names, however near they are spelt (Karim and Rahim, Ramesh and Rajesh). A man's name with
an a behind it is the name of a woman. Sources: name sections of ICAO Doc 9303-3 transliterations, the civil
register spellings met in the programmes' countries; nothing here identifies a person.
"""

from __future__ import annotations

from typing import Final

_ARABIC: Final = """
muhammad md mohd mohammad mohammed mohamed mohamad mohamud muhammed muhamed muhamad muhammet mohammod mahammad mahamed \
mhd muhd mohamet mohammet mouhamed mouhamad mouhammad moh mohamat magomed mokhammad mukhammad mahomed
ahmad ahmed ahmet ahmaad achmad akhmad akhmed ahamed ahammad ahammed ahmadu ahmadou
husayn hussein hussain husain husein hossain hossein hosein hosain hoseyn houssein houcine hocine hussayn huseyin \
hossen hosen husejn khusein khusain hoossain hussen hussin husin
hasan hassan hassen hassane hasen khasan hacen
yusuf yousuf yousef youssef yusof yusuff youssouf yusef yosef yousof jusuf youcef yusup isuf iusuf yousaf
umar omar oumar omer umer umarou
usman othman osman uthman ousmane usmon ousman othmane
ibrahim ebrahim ibraheem brahim ibragim ibrahima
ismail ismael esmail ismaeel smail esmaeil
mustafa mostafa moustafa mustapha mostapha moustapha mostofa
khalid khaled khalit
rashid rashed rachid rasheed racheed
rashad rachad rashaad
usama osama oussama ousama ussama usamah osamah
jamal gamal djamal jamel djamel jamaal
kamal kamel kemal kamaal
kamil kameel
fatima fatma fatimah fatema fatimata fatoumata fatme
rahman rehman rahmane rahmaan rahaman rohman
rahim raheem rohim
karim kareem carim korim
salim saleem selim
salem saalem salam
saleh salih salah
hamid hameed hamed
hamad hammad
majid majeed madjid mejid
majed
mahmud mahmood mahmoud mehmood mehmud mahmut makhmud
mehmet mehmed mehmeti
bakr bakar baker bacar bakkar
tariq tarek tarik tareq tarique
nasir nasser naser nassir nasr naceur
yasir yasser yaser yassir
yasin yassin yasseen yassine yacine
yahya yehia yahia yihya jahja
yunus younes yunis younis yunes
anwar anouar enver anvar anowar
samir sameer
munir mounir muneer monir
nabil nabeel
jamil jameel djamil gamil
adil adel adeel
walid waleed oualid valid
faysal faisal feisal faycal fayssal
fahd fahad
saad sad
umm oum um
jabir gaber jaber djaber
said saeed saied saeid syeed
saud saoud sauod
majdi magdi
ghaffar gaffar ghafar gafar
jabbar jabar djabbar gabbar
samad samed somad
halim haleem
mannan manan
hannan hanan
kader qader kadir qadir kadyr ghader cader
aziz azeez ajij
latif lateef
malik malek
hakim hakeem
haq haque huq hoque haqq hak
qasim kassem kasem kashem qassim kasim qasem gasim
jasim jassim jassem casim
habib habeeb hobib
hashim hashem hachem hasim hichem
hisham hicham hesham
qais kais qays kays
najib naguib nadjib najeeb
girgis jirjis guirguis
laila layla leila leyla
nura noura nora
nuf nouf
khadija khadijah khadidja kadija hadija
aisha aysha ayesha aicha aishah ajsha
zahra zahraa zehra
maryam mariam mariyam meryem maryem
bilal belal bilel
hamza hamzah hamzeh
tahir taher tahar
tawfiq toufik taufiq tofiq tewfik
musa moussa mousa moosa
isa issa eisa essa
sulayman suleiman sulaiman soleiman slimane suleyman sleiman suliman
dawud daoud dawood daud dawoud daut
ishaq ishak ishaq isaak
yaqub yakub yacoub yaqoob jakub yakoob
zakariya zakaria zakariya zekeriya
idris idriss driss edris
harun haroun haroon
ali aly
amin ameen amine
amir ameer
imran emran
irfan erfan
luqman lokman lukman
marwan marouane merwan
ridha reda rida raza reza
"""
_SOUTH_ASIAN: Final = """
rafiq rofiq rafik rofik raphik
shafiq safiq shofiq shafik chafik safik
saif seif sayf
mizan mijan
mahbub mahboob mehbub
lutf
nasrin nasreen
nasima
farida
farhana
salma
selina
rokeya rokea ruqaya rukaya ruqayya
begum begom
akter akhter aktar akhtar
miah mia miya mian
khatun khatoon
alamgir
jahangir jahangeer
moniruzzaman maniruzzaman
kamruzzaman qamruzzaman
tapan
swapan
sarkar sarker sorkar
sardar sarder
uddin
shah saha
krishna krisna krushna
bishnu vishnu bisnu
birendra virendra
lakshmi laxmi laksmi lokkhi
laxman lakshman laksman
ram raam
rabi ravi
shyam
hari
hira
man
dhan
tek
tej
dil
lal
ramesh
rajesh
suresh sures
sudesh
dinesh
dipesh
mahesh
naresh
ganesh
mukesh
rakesh
kamala
bimala vimala
binod vinod
deepak dipak
prakash
suman
sumon
sunita
anita
sita
gita geeta
rita
rina
maya
kumar
kumari
prasad
bahadur
devi debi
thapa
rai
poudel paudel paudyal poudyal
adhikari adhikary
acharya
chhetri kshetri chetri
shrestha srestha
bhattarai bhattrai
"""
_EUROPEAN: Final = """
aleksandr alexander alexandr oleksandr aleksander aliaksandr alexandre aleksandar olexandr
aleksey alexei aleksei oleksii oleksiy alexey aliaksei
sergey sergei serhii serhiy sergii sergej siarhei serguei
vladimir volodymyr wladimir uladzimir volodimir
dmitry dmitri dmitriy dmytro dzmitry dmitrij dimitri
mykola nikolai nikolay mikalai nikolaj nicolai
andrey andrei andrii andriy andrij andrzej
evgeny yevhen evgeniy yevgeny evgenii eugen yevgeniy evhen ievgen
evgenia yevheniia yevgenia evgeniya yevgeniya
mikhail mykhailo mihail michail mykhaylo mikhailo mihailo
pavel pavlo pawel paulo
petr petro pyotr piotr peter
yury yuriy iurii yurii jurij iouri yuri
fedor fyodor fiodor feodor
igor ihor
egor yegor yehor
bogdan bohdan
oleg oleh
grigory hryhorii grigoriy hrihoriy grigorij hryhoriy
gleb hleb hlib
anatoly anatolii anatoliy anatolij
anton
viktor victor wiktor
viktoria victoria viktoriia viktoriya
vitaly vitalii vitaliy
valery valerii valeriy
vyacheslav viacheslav wjatscheslaw vjaceslav
yaroslav iaroslav jaroslaw
konstantin kostiantyn kostyantyn constantin
denis denys
daniil danylo daniel danil danilo
natalia nataliia nataliya natalya natalja
yulia yuliia iuliia julia juliya yuliya
olena elena yelena helena olenka
oksana oxana aksana
ksenia xenia kseniia kseniya
anastasia anastasiia anastasiya
kateryna ekaterina katerina yekaterina
roman
ramon
maksim maksym maxim
ivan iwan
boris borys barys
arben
arber
besnik
besim
agim
agron
valon
valdrin
fatmir
fatime
ardian
adrian
artan
arton
driton
dritan
blerim
liridon
jose joze
juan
maria ma
ana anna
angelica angelika
angelita
rosalina
rosalinda
michael
michelle
christian
christine
antonio
mendoza
theresa teresa
"""
_ETHIOPIAN: Final = """
gebre gabra ghebre gebra gebr gebri
wolde welde walda woldu weldu
haile hailu hayle hayla hailee haylu
tekle takla
tesfaye tesfay tesfaie
tesfahun
yohannes yohanis johannes yohanes yohannis
yonas jonas
mekonnen makonnen mekonen
berhanu birhanu
tewodros teodros tewedros
abebe ababa
abebech
bekele baqqalaa beqele baqala
almaz
alem
mulu
mulugeta
kenenisa qananiisaa qenenisa
chaltu caaltuu
tsegaye tsegay segaye
selassie silase sillase selase
"""

_LINES: Final = [line.split() for text in (_ARABIC, _SOUTH_ASIAN, _EUROPEAN, _ETHIOPIAN) for line in text.split("\n")]


def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, _LINES):
        for spelling in line:
            found.setdefault(spelling, line[0])
    for line in filter(None, _LINES):
        for spelling in line:
            if len(spelling) > 3 and spelling[-1] not in "aeiouy":
                found.setdefault(f"{spelling}a", f"{line[0]}a")
    return found


SPELLINGS: Final = _spellings()
"""Each spelling with the name it stands for."""

KNOWN: Final = frozenset(SPELLINGS.values())

ABJAD: Final = {
    "mhmd": "muhammad", "hmd": "ahmad", "hsn": "hasan", "hsyn": "husayn", "mhmwd": "mahmud", "krym": "karim",
    "rhym": "rahim", "slym": "salim", "slh": "saleh", "kml": "kamal", "jml": "jamal", "jmyl": "jamil",
    "khld": "khalid", "ywsf": "yusuf", "ywns": "yunus", "ysyn": "yasin", "yhy": "yahya", "nsr": "nasir", "ysr": "yasir",
    "s`yd": "said", "syd": "said", "s`d": "saad", "mr": "umar", "`mr": "umar", "mjyd": "majid", "hmyd": "hamid",
}  # fmt: skip
"""Words in Arabic writing, as `anyascii` writes them, with the name they stand for."""
