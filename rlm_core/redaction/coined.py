"""What people make up for a password: two words and a sign between them, a word with a number, capitals in its midst.

It counts only where nothing but a password is expected. There, names of variables, fields, files and types stand, too:
such a name is of the words that programs are written in, and no password that anyone has chosen is.
"""

from __future__ import annotations

PLAIN = frozenset(
    b"""
abort access account accounts acme actual admin agent alias algorithm all allow and answer any api app application
arg args argument array as ask assert async attr attribute auth author await base basic bearer blank body bool
boolean buffer builder bytes cache call callback change changed char check class cli client clone code column com
command component conf config configured confirm confirmation confirmed const content context cookie copy count
create created cred credential credentials crypto css ctx current custom data database date db decode decoded
decrypt def default delete demo dict digest dict disabled dom domain dummy edit element else email empty enabled
encode encoded encrypt encrypted entity entry enum env environment equal error errors event every example exist
exists expire expired export expression extra factory fail failed fake false field fields file files filter find
fixture flag flow foo forgot forgotten form format from func function get getter given global group guard handler
has hash hashed header headers helper hidden hide hint hook host hostname html http https icon id identifier import
incorrect index info init initial input insert instance int interface internal invalid is issue item items json key
keyring keys kind label len length level lib link list load local locale log login logout manager map masked match
matches max maybe message meta method min missing mock mode model modal module must name names native needed new
next nil no node none not null number obj object of ok old on only open opt option optional options or output owner
page pair panel param parameter parameters params parse parser pass passed passes passphrase password passwords
passwd path pattern payload pin placeholder plain plaintext plugin policy pool port post prefix presence pretty
private process profile prompt prop properties property props provided provider proxy public pwd query random raw
read reader record ref reference regex register registry remember remote render repeat request req require required
res reset resolve resource response result results ret return role root route row rule rules safe salt same sample
save schema scope screen script secret secrets section secure secured security see select self send server service
session set setter setting settings setup shared should show sign signature signing single size some source spec
ssh stage state static status storage store str strategy stream string strong stub style submit suffix super sync
system tab table tag target task temp template test tests text the this timeout title to toggle token tokens tool
trim true try type types undefined unique unknown update updated uri url use used user username users util utils
valid validate validation validator value values var variable variables vault vec verify version view visibility
visible warning was weak when where widget will window with word wrong xml yaml your api apikey bucket button cert
certificate char ci cluster deploy docker dev prod staging production required requis requise obligatoire
facultatif mot passe mdp motdepasse champ saisie saisir valeur defaut nom utilisateur compte identifiant confirmer
confirmation nouveau nouvelle ancien oubli oublie perdu changer modifier vide aucun votre mon cle jeton afficher
masquer erreur fichier chemin contrasena senha kennwort wachtwoord passwort geheim has?o parola clave stdin stdout
none ask interactive keychain pki kms sops ldap saml oauth oidc sso jwt bcrypt scrypt argon sha aes rsa base64 utf
ascii hex md uuid guid
""".split()
)
PARTS = rb"[A-Z]?[a-z?]+|[A-Z]+"
MADE = (
    rb"(?=[!-~]{6,64}\Z)(?!.*(?:\(.*|\{.*|\[.*|<.*|>.*|\$\w.*|://.*)\Z)(?:"
    rb".*[A-Za-z0-9][!#$%&*+=@^~|?,;:]{1,3}[A-Za-z0-9].*"  # two words and a sign that no name has
    rb"|(?=.*[a-z])(?=.*[A-Z]).*[A-Za-z0-9][-_./][A-Za-z0-9].*"  # a name's sign, with capitals
    rb"|[A-Za-z?]{3,24}[-_.]?\d{2,8}[!?.*]?"
    rb"|(?=(?:.*\d)).*[a-z].*[A-Z].*|[A-Z]?[a-z?]{3,}[A-Z][A-Za-z?]*)"
)
NO_COINED = (
    rb"(?:X-)?(?:[A-Z][a-z]+-)+(?:Id|ID|Key|Token|Type|Secret|Name)|(?i:ctrl|cmd|alt|shift|maj|super|meta)[+-].*"
    rb"|(?:~|\.{1,2})?/.*|(?:[\w.-]{1,40}/){1,12}[\w.-]{0,60}\.[a-z]{1,5}"
    rb"|[\w.-]{1,60}@[\w-]{1,60}\.[\w.-]{2,40}|[\w-]+\.(?:py|[jt]sx?|go|rs|rb|sh|cc?|h|md|txt"
    rb"|json|ya?ml|toml|ini|cfg|conf|env|pem|key|crt|csv|log|html?|xml|php|com|net|org|io|local|dev)"
    rb"|&(?:quot|apos|amp|lt|gt|#).*|:[a-z:]{2,40}:.*|_\w*\..*|(?i:oauth).{0,8}"
    rb"|.*\.[A-Z][A-Z0-9_]+|[A-Z][A-Z0-9_]*|\d.*\d{2}:\d.*|[\w-]{1,40}:[\w./-]{1,60}|--?[a-z].*"
    rb"|[\w.-]{1,40}=.*"
)
A_WORD = rb"[A-Z]?[a-z?]{5,24}(?:[-_.][a-z?]{1,24}){0,6}|[A-Za-z?]{2,20}\d{1,4}[A-Za-z?]{2,20}|[A-Z]?[a-z?]{4,24}\d"
JOINED_WORDS = rb"[A-Z]?[a-z?]{3,24}(?:[-_.][a-z?]{3,24}){1,3}\d{1,2}"
"""Words and a number as names of variables are, too: only what is assigned in an environment can be one."""
NAMES = frozenset(
    b"""
access api apikey auth author cred credential credentials field fields form header headers hidden input jeton key
keys login mdp mot motdepasse name pass passe password passwords passwd passphrase pwd pin placeholder secret
secrets token tokens type user username users utilisateur value values var variable variables contrasena senha
kennwort wachtwoord passwort parola clave has?o string
""".split()
)
"""Words of which one is enough to tell a name; of the others more than half."""
USUAL = rb"(?i)(?:passw[o0]rd|motdepasse|admin|root|welcome|bienvenue|user|guest)\d{2,8}[!?*]?"
"""What begins like a name, and is what many choose."""
