/**
 * Countries: ISO 3166-1 two-letter code, three-letter code, English name and names people commonly type. The admin's value map
 * `country` comes before this table.
 */
const table = `AF|AFG|Afghanistan
AX|ALA|Åland Islands|Aland Islands
AL|ALB|Albania
DZ|DZA|Algeria
AS|ASM|American Samoa
AD|AND|Andorra
AO|AGO|Angola
AI|AIA|Anguilla
AQ|ATA|Antarctica
AG|ATG|Antigua & Barbuda
AR|ARG|Argentina
AM|ARM|Armenia
AW|ABW|Aruba
AU|AUS|Australia
AT|AUT|Austria|Österreich|Oesterreich
AZ|AZE|Azerbaijan
BS|BHS|Bahamas
BH|BHR|Bahrain
BD|BGD|Bangladesh
BB|BRB|Barbados
BY|BLR|Belarus
BE|BEL|Belgium|Belgique|België|Belgien
BZ|BLZ|Belize
BJ|BEN|Benin
BM|BMU|Bermuda
BT|BTN|Bhutan
BO|BOL|Bolivia|Plurinational State of Bolivia
BQ|BES|Caribbean Netherlands
BA|BIH|Bosnia & Herzegovina|Bosnia and Herzegovina|Bosnia
BW|BWA|Botswana
BV|BVT|Bouvet Island
BR|BRA|Brazil|Brasil
IO|IOT|British Indian Ocean Territory
BN|BRN|Brunei|Brunei Darussalam
BG|BGR|Bulgaria
BF|BFA|Burkina Faso
BI|BDI|Burundi
CV|CPV|Cape Verde|Cabo Verde
KH|KHM|Cambodia
CM|CMR|Cameroon
CA|CAN|Canada
KY|CYM|Cayman Islands
CF|CAF|Central African Republic
TD|TCD|Chad
CL|CHL|Chile
CN|CHN|China|People's Republic of China|PRC|Mainland China
CX|CXR|Christmas Island
CC|CCK|Cocos (Keeling) Islands
CO|COL|Colombia
KM|COM|Comoros
CG|COG|Congo - Brazzaville|Republic of the Congo|Congo
CD|COD|Congo - Kinshasa|Democratic Republic of the Congo|DR Congo|Congo (DRC)
CK|COK|Cook Islands
CR|CRI|Costa Rica
CI|CIV|Côte d'Ivoire|Ivory Coast
HR|HRV|Croatia
CU|CUB|Cuba
CW|CUW|Curaçao|Curacao
CY|CYP|Cyprus
CZ|CZE|Czechia|Czech Republic|Česko
DK|DNK|Denmark|Danmark
DJ|DJI|Djibouti
DM|DMA|Dominica
DO|DOM|Dominican Republic
EC|ECU|Ecuador
EG|EGY|Egypt
SV|SLV|El Salvador
GQ|GNQ|Equatorial Guinea
ER|ERI|Eritrea
EE|EST|Estonia
SZ|SWZ|Eswatini|Swaziland
ET|ETH|Ethiopia
FK|FLK|Falkland Islands
FO|FRO|Faroe Islands
FJ|FJI|Fiji
FI|FIN|Finland|Suomi
FR|FRA|France|République française
GF|GUF|French Guiana
PF|PYF|French Polynesia
TF|ATF|French Southern Territories
GA|GAB|Gabon
GM|GMB|Gambia
GE|GEO|Georgia
DE|DEU|Germany|Deutschland|Federal Republic of Germany|Allemagne
GH|GHA|Ghana
GI|GIB|Gibraltar
GR|GRC|Greece|Hellas
GL|GRL|Greenland
GD|GRD|Grenada
GP|GLP|Guadeloupe
GU|GUM|Guam
GT|GTM|Guatemala
GG|GGY|Guernsey
GN|GIN|Guinea
GW|GNB|Guinea-Bissau
GY|GUY|Guyana
HT|HTI|Haiti
HM|HMD|Heard & McDonald Islands
VA|VAT|Vatican City|Holy See
HN|HND|Honduras
HK|HKG|Hong Kong SAR China|Hong Kong
HU|HUN|Hungary|Magyarország
IS|ISL|Iceland
IN|IND|India
ID|IDN|Indonesia
IR|IRN|Iran|Islamic Republic of Iran
IQ|IRQ|Iraq
IE|IRL|Ireland|Republic of Ireland|Éire
IM|IMN|Isle of Man
IL|ISR|Israel
IT|ITA|Italy|Italia
JM|JAM|Jamaica
JP|JPN|Japan|Nippon
JE|JEY|Jersey
JO|JOR|Jordan
KZ|KAZ|Kazakhstan
KE|KEN|Kenya
KI|KIR|Kiribati
KP|PRK|North Korea|Democratic People's Republic of Korea
KR|KOR|South Korea|Korea|Republic of Korea|Korea, Republic of|Korea (South)
KW|KWT|Kuwait
KG|KGZ|Kyrgyzstan
LA|LAO|Laos|Lao People's Democratic Republic
LV|LVA|Latvia
LB|LBN|Lebanon
LS|LSO|Lesotho
LR|LBR|Liberia
LY|LBY|Libya
LI|LIE|Liechtenstein
LT|LTU|Lithuania
LU|LUX|Luxembourg|Luxemburg
MO|MAC|Macao SAR China|Macao|Macau
MG|MDG|Madagascar
MW|MWI|Malawi
MY|MYS|Malaysia
MV|MDV|Maldives
ML|MLI|Mali
MT|MLT|Malta
MH|MHL|Marshall Islands
MQ|MTQ|Martinique
MR|MRT|Mauritania
MU|MUS|Mauritius
YT|MYT|Mayotte
MX|MEX|Mexico|México|Mexico
FM|FSM|Micronesia|Federated States of Micronesia
MD|MDA|Moldova|Republic of Moldova
MC|MCO|Monaco
MN|MNG|Mongolia
ME|MNE|Montenegro
MS|MSR|Montserrat
MA|MAR|Morocco
MZ|MOZ|Mozambique
MM|MMR|Myanmar (Burma)|Burma
NA|NAM|Namibia
NR|NRU|Nauru
NP|NPL|Nepal
NL|NLD|Netherlands|Holland|Nederland|The Netherlands
NC|NCL|New Caledonia
NZ|NZL|New Zealand
NI|NIC|Nicaragua
NE|NER|Niger
NG|NGA|Nigeria
NU|NIU|Niue
NF|NFK|Norfolk Island
MK|MKD|North Macedonia|Macedonia
MP|MNP|Northern Mariana Islands
NO|NOR|Norway|Norge
OM|OMN|Oman
PK|PAK|Pakistan
PW|PLW|Palau
PS|PSE|Palestinian Territories|Palestine
PA|PAN|Panama
PG|PNG|Papua New Guinea
PY|PRY|Paraguay
PE|PER|Peru
PH|PHL|Philippines|The Philippines
PN|PCN|Pitcairn Islands
PL|POL|Poland|Polska
PT|PRT|Portugal|Portuguese Republic
PR|PRI|Puerto Rico
QA|QAT|Qatar
RE|REU|Réunion|Reunion
RO|ROU|Romania|România
RU|RUS|Russia|Russian Federation
RW|RWA|Rwanda
BL|BLM|St. Barthélemy|Saint Barthelemy
SH|SHN|St. Helena
KN|KNA|St. Kitts & Nevis|Saint Kitts and Nevis
LC|LCA|St. Lucia|Saint Lucia
MF|MAF|St. Martin
PM|SPM|St. Pierre & Miquelon
VC|VCT|St. Vincent & Grenadines|Saint Vincent and the Grenadines
WS|WSM|Samoa
SM|SMR|San Marino
ST|STP|São Tomé & Príncipe|Sao Tome and Principe
SA|SAU|Saudi Arabia
SN|SEN|Senegal
RS|SRB|Serbia
SC|SYC|Seychelles
SL|SLE|Sierra Leone
SG|SGP|Singapore
SX|SXM|Sint Maarten
SK|SVK|Slovakia|Slovak Republic
SI|SVN|Slovenia
SB|SLB|Solomon Islands
SO|SOM|Somalia
ZA|ZAF|South Africa
GS|SGS|South Georgia & South Sandwich Islands
SS|SSD|South Sudan
ES|ESP|Spain|España|Espana
LK|LKA|Sri Lanka
SD|SDN|Sudan
SR|SUR|Suriname
SJ|SJM|Svalbard & Jan Mayen
SE|SWE|Sweden|Sverige
CH|CHE|Switzerland|Schweiz|Suisse|Svizzera
SY|SYR|Syria|Syrian Arab Republic
TW|TWN|Taiwan|Taiwan, Province of China
TJ|TJK|Tajikistan
TZ|TZA|Tanzania|United Republic of Tanzania
TH|THA|Thailand
TL|TLS|Timor-Leste|East Timor
TG|TGO|Togo
TK|TKL|Tokelau
TO|TON|Tonga
TT|TTO|Trinidad & Tobago|Trinidad and Tobago
TN|TUN|Tunisia
TR|TUR|Türkiye|Turkey|Turkiye
TM|TKM|Turkmenistan
TC|TCA|Turks & Caicos Islands
TV|TUV|Tuvalu
UG|UGA|Uganda
UA|UKR|Ukraine
AE|ARE|United Arab Emirates|UAE|U.A.E.|Emirates
GB|GBR|United Kingdom|UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|United Kingdom of Great Britain and Northern Ireland
US|USA|United States|U.S.|U.S.A.|United States of America|America
UM|UMI|U.S. Outlying Islands
UY|URY|Uruguay
UZ|UZB|Uzbekistan
VU|VUT|Vanuatu
VE|VEN|Venezuela|Bolivarian Republic of Venezuela
VN|VNM|Vietnam|Viet Nam
VG|VGB|British Virgin Islands
VI|VIR|U.S. Virgin Islands
WF|WLF|Wallis & Futuna
EH|ESH|Western Sahara
YE|YEM|Yemen
ZM|ZMB|Zambia
ZW|ZWE|Zimbabwe`;

/** Lower case, without accents, dots and double blanks; "&" is "and". */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[.'’]/g, '')
    .replace(/[\s,()-]+/g, ' ')
    .trim();

const codes: ReadonlyMap<string, string> = new Map(
  table.split('\n').flatMap((line) => {
    const [code = '', ...names] = line.split('|');
    return [code, ...names].map((name) => [plain(name), code] as const);
  }),
);

/** Code, three-letter code or name → two-letter code; null when it is none of them. */
export function countryCode(text: string): string | null {
  return /\p{L}/u.test(text) ? (codes.get(plain(text)) ?? null) : null;
}
