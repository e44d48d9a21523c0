"""Irregular forms, English and French, that no stemmer takes back to their word: `bought` -> `buy`.

A line holds a word, then its forms. A form that is also a word of its own (`left`, `found`, `saw`) is listed where
people more often mean the verb.
"""

from __future__ import annotations

_ENGLISH = """
arise arose arisen
awake awoke awoken
bear bore borne
beat beaten
become became
begin began begun
bend bent
bet bets
bind bound
bite bit bitten
bleed bled
blow blew blown
break broke broken
breed bred
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
come came
creep crept
deal dealt
dig dug
draw drew drawn
dream dreamt
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feed fed
feel felt
fight fought
find found
flee fled
fly flew flown
forbid forbade forbidden
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
get got gotten
give gave given
go went gone goes
grow grew grown
hang hung
hear heard
hide hid hidden
hold held
keep kept
know knew known
lay laid
lead led
lean leant
learn learnt
leave left
lend lent
lie lain
light lit
lose lost
make made
mean meant
meet met
overcome overcame
pay paid
prove proven
ride rode ridden
ring rang rung
rise rose risen
run ran
say said
see saw seen
seek sought
sell sold
send sent
sew sewn
shake shook shaken
shine shone
shoot shot
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sit sat
sleep slept
slide slid
speak spoke spoken
spell spelt
spend spent
spin spun
split splits
spoil spoilt
spread spreads
spring sprang sprung
stand stood
steal stole stolen
stick stuck
strike struck
swear swore sworn
sweep swept
swell swollen
swim swam swum
swing swung
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
understand understood
undo undid undone
wake woke woken
wear wore worn
weep wept
win won
wind wound
withdraw withdrew withdrawn
write wrote written
rewrite rewrote rewritten
child children
foot feet
goose geese
leaf leaves
life lives
man men
mouse mice
person people
tooth teeth
wife wives
woman women
analysis analyses
index indices
matrix matrices
vertex vertices
bad worse worst
good better best
"""

_FRENCH = """
aller va vais vas vont allé allée allés irai ira irons iront aille
avoir eu aura aurons auront aurait
boire bu boit buvait
choisir choisi choisit choisissons
conclure conclu conclut
conduire conduit conduite
connaître connu connue connaît
courir couru court
croire cru croit croyait
cuire cuit cuite
devoir dû due doit doivent devra devrait
dire dit dite disait dis disent
dormir dort dormi
écrire écrit écrite écrivait
envoyer envoie enverra
faire fait faite fera ferait font faits faites
finir fini finit finissons
lire lu lue lit lisait
mettre mis mise met mettait mets
mourir mort meurt
naître né née
obtenir obtenu obtient
offrir offert offre
ouvrir ouvert ouvre ouverte
partir parti part partait
permettre permis permet
perdre perdu perd
plaire plu plaît
pouvoir pu peut peuvent pourra pourrait
prendre pris prise prend prenait prennent
produire produit
recevoir reçu reçoit reçue
rendre rendu rend
répondre répondu répond
résoudre résolu résout résolue
réussir réussi réussit
savoir su sait savait saura
sentir senti sent
servir servi sert
sortir sorti sort
suivre suivi suit suivait
tenir tenu tient
traduire traduit
valoir valu vaut
vendre vendu vend
venir venu vient viennent viendra
vivre vécu vit
voir vu vue voit voyait verra
vouloir voulu veut veulent voudra voudrait
oeil yeux
travail travaux
journal journaux
"""


def _table(lines: str) -> dict[str, str]:
    rows = (line.split() for line in lines.strip().split("\n"))
    return {form: word for word, *forms in rows for form in forms}


FORMS = {"english": _table(_ENGLISH), "french": _table(_FRENCH)}
