"""First names that many have in Sweden and Norway: at the start of a sentence nothing else tells a name."""

_NAMES = """
    abdi adam agneta ahmad ahmed aisha albin alexander alexandra alfred ali alice alma amanda amin amina
    amir anders anette anita anna annelie annika anton arne arvid asta astrid august axel barbro bengt
    bente berit birgit birgitta bjarne björn bjørn bo britt camilla carina carl carolina catarina cecilia
    charlotta charlotte christer christian christina clara dagny daniel david ebba edith edvin eirik elin
    elina elisabeth ella ellen elsa elias elvira emelie emil emilia emma erica erik erika erling ester eva
    even fatima felix filip frank fredrik frida frode geir gerd gertrud göran greta gudrun gun gunilla
    gunnar gunnel gustav hanna hans harald hassan hedda hege helena helene helga henrik hilda hugo håkan
    håvard ibrahim ida ines inga ingeborg inger ingrid irene iris isabella isak iselin ivar jakob jan jens
    jenny jessica joakim johan johanna johannes john jonas josef josefin julia kaja kalle karin karl
    katarina kent kerstin khadija kim kjell klara knut kristian kristina kåre laila lars lasse laura leif
    leila lena lennart leo liam lilly lina linda linn linnea lisa lisbeth liv louise lovisa lucas ludvig
    magnus maj maja malin margareta margit maria mariam marianne marie markus marit marta martin matilda
    mats mattias max melvin mia mikael mohamed mohammad mohammed mona monica morten moa nadia nathalie
    niklas nils nina noah nora oda odd ola olav ole olga olle olof oscar oskar otto patrik paul per
    pernilla peter petra pia ragnar ragnhild randi rebecka reidun rikard robert robin roger roland rolf
    runar rune rut ruth sahra saga samuel sandra sara selma signe sigrid silje simon siri sivert sixten
    sofia sofie solveig sonja staffan stefan stein stella stig stina sture susanne svante svein sven
    svetlana sverre synnøve therese thomas thor tilde tina tobias tom tomas tone tord tore torgeir torsten
    tove trine trond tuva ulf ulla ulrika vera victor viktor viktoria vilhelm vilma viveka wilma yasmin
    yusuf yvonne zahra åke åsa åse öjvind øystein ørjan
"""
FIRST_NAMES = frozenset(_NAMES.split())
