"""Good and bad news in English headlines: the words, by the part that they play in a sentence.

Belongs here: the words and their weights, as data that a reader of news can correct without knowing the code.
Does not belong here: how they act upon each other (collection/normalise/news/sentiment.py).

Verbs stand in their base form, with irregular forms beside them; the regular ones are made. A word after "=" stands for
itself alone. Weights: 1 is mild, 2 plain, 3 strong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Weights: TypeAlias = Mapping[float, str]

RISES: Weights = {
    3.0: "surge soar skyrocket moon rocket explode balloon rally",
    2.0: """
        jump climb gain rise rose risen rising rebound recover spike pop pump bounce leap =advance =advances rip
        strengthen accelerate grow grew grown growing double triple quadruple swell swelled boom roar
        outperform uptick increase reclaim overtake surpass eclipse boost uptrend upside zoom revive
        stabilise stabilize notch outpace vault outshine catapult propel lift buoy snowball resurge resurgence revival comeback
        upswing upturn widen expand ascend outrun recapture mount
    """,
    1.5: "=steadies =steadied",
    1.0: "regain",
}
"""Up, where what moves is a price or anything else that is better high."""

FALLS: Weights = {
    3.0: "plunge crash plummet nosedive crater collapse =tanks =tanked =tanking freefall implode capitulate =tank hemorrhage",
    2.0: """
        slump tumble slide slid sink sank sunk fall fell fallen drop dip decline slip retreat shed sheds shedding
        bleed bled sag skid weaken dive dove dump shrink shrank shrunk =halved =halves erode falter stumble struggle
        languish underperform slow stall cool tighten backslide deteriorate =contracted =contracting nurse downturn
        crumble buckle wobble wobbles swoon stagnate lag wane dwindle evaporate reel fizzle deflate topple crumple retrace unravel melt dent wither backtrack correction pullback
    """,
    1.5: "dim cut slash reduce lower fade ease recede subside",
    1.0: "trim drift",
}
"""Down, likewise."""

GOOD: Weights = {
    3.0: "bullish greenlight acquit exonerate vindicate breakthrough",
    2.0: """
        approve approval adopt adoption inflow accumulate breakout =bull =bulls win won winning victory secure
        partner partnership integrate integration =upgrades =upgraded =lists =listed =listing uplist expand expansion
        milestone profit profitable profitability optimism optimistic momentum clear clearance endorse authorise authorize
        accept embrace welcome buyback =burns refund compensate reimburse exempt
        repay repaid restore resume reopen rescue success successful succeed beat oversubscribed =demand upbeat thrive flourish
        strong stronger strongest robust resilient resilience =high =highs =highest peak ath =leads =leading tailwind
        legalise legalize pardon unban unfreeze overweight favorable favourable promising lucrative windfall hope
        confidence truce appetite bullishness record-breaking relief buyer cheer applaud hail celebrate praise recommend
        clarity popular boon gainer winner prevail triumph recognise recognize favourite bolster fortify relaunch
        =accumulation parabolic explosive =acquitted compensation mainstream =confident
    """,
    1.5: """
        launch unveil introduce debut raise buy bought purchase acquire add allocate allocation =invests =invested back enable
        allow collaborate deal licence license licensing activate deploy improve improvement donate earn
        =joins =joined =sign =signed =signs =lands =landed =nets =opens =opened settlement agreement pact =supports grant
        onboard enhance opportunity undervalued safe safer safest rebuild faster nod pledge earmark stack
        =completes =completed =enters =entered exceed =lets simplify streamline expedite protect safeguard insure benefit
        cheaper amass hoard commit acquisition bring ship shipping
    """,
    1.2: "=solid =strength dividend champion catalyst =reward =rewards =landmark =historic growth =funding",
    0.8: "eye pilot invest investment",
}
"""Good in itself."""

BAD: Weights = {
    3.0: """
        bankruptcy bankrupt insolvent insolvency hack hacker exploit rugpull rug-pull ponzi scam scammer fraud fraudulent
        fraudster defraud phishing depeg launder laundering sentenced jail prison theft steal stolen stole heist ransomware ransom
        wipeout =wiped liquidation liquidate bearish catastrophe meltdown bloodbath carnage contagion embezzle embezzlement
        guilty convicted conviction extort extortion attacker drain drainer selloff sell-off crisis panic kidnap rout
        bloodletting
    """,
    2.0: """
        outflow redemption sue suit lawsuit =charge =charges =charged =charging indict indictment accuse accusation allege
        allegation =fined =fines penalty ban crackdown delist outage bug vulnerability flaw flawed attack warn warning freeze
        froze frozen layoff loss lose lost bear bubble fud probe investigate investigation subpoena =raid =raided =raids sanction
        breach leak compromised compromise malware malicious shutdown shut resign =fired =fires =firing oust ouster blacklist
        default deficit shortfall glitch downgrade weak weaker weakest weakness pain misery fear worry woes concern uncertainty
        turmoil turbulence risk risky danger dangerous threat threaten recession slowdown backlash criticize criticise slam
        =blasts =blasted violation violate illegal illicit unregistered criminal crime arrest seize seizure low lows lowest headwind
        rejection setback dispute feud fail failure trouble exit pressure abandon halted suspicious bleak
        gloom gloomy doom pessimism pessimistic negative worst worse bad plight victim scandal controversy manipulation
        overbought overheated tension impersonate deepfake exposed expose underwater impasse gridlock
        hurt suffer sour drag rattle spook jitter jitters nervous brace caution cautious plague bite hinder derail
        obstruct alarm mislead misled deceive conceal scrutiny disappoint disappointing disappointment deadlock fallout
        restrict restriction curb shortage burden surcharge reject refuse kill squeeze isolate =down lax wrong bogus
        fake capitulation losing hostile stuck unpaid =dead demise exodus flee fled roadblock furious fury anger angry outrage
        outcry protest complain boycott unfair clash chaos havoc stranded rogue spoof sabotage trapped lapse shock stun rebuke
        condemn denounce decry grim dire fragile shaky unstable instability unsafe predatory abuse misuse negligence liable
        suspect fugitive extradite detain smuggle terror terrorist evasion forfeit forfeiture confiscate writedown write-down
        impairment deplete overdue stalemate cripple disrupt disruption clogged bottleneck abysmal dismal underwhelming flop
        lukewarm nightmare disaster disastrous debacle fiasco mess toxic prohibit outlaw forbid =bars =barred clampdown downfall
        downside overshadow dampen hamper jeopardize undermine unnerve wary skeptic sceptic skeptical sceptical
        skepticism scepticism reluctant unease uneasy anxious anxiety hammered battered pummeled lackluster lacklustre sluggish
        subdued muted stagnant tepid quit gang intruder thief thieves looted loot botched
        blast bash lambast offload unload haunt painful beleaguered embattled shutter closure clamp penalize convict downtime manipulate =rigged dilution dilute =overvalued harm damage vanish disappear death =dies kidnapped kidnapping torture murder blackmail vulnerable war conflict scare unclear resignation crunch drought toll moratorium disconnect unplug speculative rob robbed robbery robber mug ambush stab
    """,
    1.6: "=furious frustrate removal exclude exclusion expel mistrial",
    1.2: "=volatile hurdle obstacle rift insider =departs =stark",
    0.8: "sell sold =short skip tariff downbeat doubt debt",
    1.5: "=selling",
}
"""Bad in itself."""

ENDS: Weights = {
    0.0: """
        dismiss toss drop deny avert avoid dodge thwart foil prevent escape evade recover return resolve end lift overturn
        reverse withdraw withdrew withdrawn clear curb stop mitigate patch fix repel overcome shrug shook quash survive
        defy defeat weather absolve repeal abolish ease fade absorb erase =gone snap sideline refute debunk contain free =frees
    """,
    -2.0: """
        halt delay postpone suspend pause cancel scrap shelve =blocks =blocked =blocking miss stymie oppose fail lose lost
        snub pull nix axe veto withhold abandon revoke derail impede reject kill lack absence exhaustion exhaust =unlikely =doubtful
    """,
}
"""They turn what follows, or what stood before in the passive, into its opposite; the weight is for nothing to turn."""

LOW_IS_GOOD = """
    fee fees cost costs tax taxes gas hacking inflation cpi unemployment outflow outflows redemption redemptions liquidation liquidations
    loss losses hack hacks theft thefts exploit exploits scam scams fraud crime crimes rates yield yields delinquency layoff
    layoffs selling pressure fear fears risk risks tension tensions debt withdrawal withdrawals congestion slippage
    shorts bear bears leverage volatility spreads complaint complaints default defaults jobless claims tariff tariffs ransomware phishing
    attacks worries concerns uncertainty premium commissions commission latency shorting time times
    emissions bill bills difficulty dollar oil crude brent trade-off backlog moratorium sell-off selloff reserves-on-exchanges supply unlock unlocks
"""
"""What is better low: its fall is good and its rise bad."""

CRITICISES = """
    slam slams slammed criticize criticizes criticized criticise criticises criticised condemn condemns condemned denounce denounces
    denounced decry decries decried disavow disavows disavowed questioned oppose opposes opposed blasts blasted bashes bashed mocks mocked rebukes rebuked rails
"""
"""Who does this to something thinks ill of it, however good it is in itself: "senators slam the pardon"."""

NEGATORS = """
    no not never nor without none neither isn't wasn't aren't won't can't cannot couldn't doesn't don't didn't hasn't haven't shouldn't wouldn't mustn't needn't
    limited minimal negligible hardly barely less
"""
"""What follows within a few words counts the other way, and less."""

MARKETS = """
    bitcoin btc ethereum ether eth crypto cryptos cryptocurrency cryptocurrencies market markets price prices altcoin
    altcoins token tokens coin coins stock stocks share shares solana sol xrp dogecoin doge cardano ada bnb equities
    memecoin memecoins sentiment index
"""
"""What is moved: behind a verb it is the object ("outflows sink bitcoin"), and the verb moves nothing else."""

CONJUNCTIONS: Mapping[str, float] = {
    "as": 0.6, "after": 0.5, "amid": 0.5, "amidst": 0.5, "following": 0.5, "while": 0.6, "before": 0.5, "ahead": 0.4,
    "since": 0.4, "when": 0.5, "because": 0.5, "if": 0.4, "until": 0.3, "despite": 0.0, "but": 1.0, "yet": 1.0, "though": 0.6,
    "although": 0.6, "even": 0.6, "during": 0.5,
    ",": 0.8, ";": 0.8, ":": 1.0, "–": 0.8, "—": 0.8, "|": 0.3, "!": 0.6, "?": 0.6,
}  # fmt: skip
"""What begins a clause, and how much of what the clause says counts: the main clause tells the news, the others why."""

PREPOSITIONS: Mapping[str, float] = {"with": 0.7, "on": 0.6, "over": 0.3, "against": 0.3, "from": 0.6, "by": 0.7}
"""Likewise behind a verb. Before it they belong to the subject: "fees on Ethereum fall"."""

HEDGES: Mapping[str, float] = {
    "proposes": 0.5, "weighs": 0.4, "hints": 0.4, "hinting": 0.4, "teases": 0.4, "debates": 0.3, "debate": 0.3, "urges": 0.6,
    "mulls": 0.4, "considers": 0.4, "explores": 0.4, "talks": 0.4, "offers": 0.4, "wants": 0.4, "seeks": 0.4, "seek": 0.4, "seeking": 0.4,
    "could": 0.7, "may": 0.7, "might": 0.6, "would": 0.6, "should": 0.5,
}  # fmt: skip
"""What follows is not yet so."""

DOUBTS: tuple[tuple[str, float], ...] = (
    (r"(?:has |have )?yet to", 0.2),
    (r"(?:no|without|little) (?:evidence|signs?|confirmation|proof) (?:of|that)", 0.2),
    (r"(?:may|might|could) (?:soon )?(?:explore|consider|seek|look|get)", 0.3),
    (r"(?:weighing|considering|exploring|mulling|studying|eyeing) (?:an? )?", 0.6),
)
"""Likewise, said in several words."""

EXPECTATIONS = frozenset({"expected", "forecast", "forecasts", "feared", "anticipated", "estimated", "ever"})
"""What is more than these is news; what is more than something else only compares: "faster than banks"."""

INFORMATIVE = (
    r"how\b|what\b|where\b|when\b|(?:is|are|does|do|did|can|will|should|could)\b(?=.*\?$)|inside\b|(?:\w+ )?(?:timeline|roundup|recap|review|preview|primer|explainer)\b|who (?:is|votes)|why\b|explained|explainer|a guide|guide to|interview|opinion"
    r"|podcast|price (?:analysis|predictions?|forecast)s?|meet the|the week in|this week in|chart of the day|op-ed|q&a"
    r"|.*\b(?:news digest|compared(?: for \d+)?|price predictions?(?: .*)?)$"
    r"|(?:\w+ )?(?:things|questions|books|charts|ways|essays)\b|morning briefing|newsletter|a short history|weekend reading|survey|study"
)
"""How headlines begin that teach and tell of no event."""

_ABOUT = r"(?:by |about |nearly |almost |over |more than |as much as |around |another |some |further |as )?"
_AMOUNT = r"\$?\d[\d.,]*(?: ?%| percent|[kmbt]\b| million| billion| trillion)?"
_DOLLARS = r"\$\d[\d.,]*[kmbt]?(?: ?(?:million|billion|trillion))?"
_PERIOD = r"\w+[- ](?:day|week|month|year)"
_FALLING = (
    r"(?:falls?|fell|falling|drops?|dropped|dropping|slides?|slid|sliding|sinks?|sank|sinking|dips?|dipped|tumbl\w+|plung\w+|slump\w*|slips?|slipped"
    r"|declin\w+|retreat\w*|crash\w*|pulls? back)"
)
_GOOD_RUN = r"(?:(?:in-?flows?|winning|buying|gains?) (?:streaks?|runs?))"
_BAD_RUN = r"(?:(?:out-?flows?|losing|selling|redemptions?) (?:streaks?|runs?))"
_ENDS_IT = r"(?:end(?:s|ed)?|snap(?:s|ped)?|break(?:s)?|broke(?:n)?|halt(?:s|ed)?|stop(?:s|ped)?|(?:comes?|came|coming|draws?) to an end|is over)(?!\w)"
_ENDS_ONE = r"(?:end|snap|break|broke|halt|stop|snapp|end)\w*"
_GOES_ON = r"(?:extend|stretch|continu|keep|post|log|record|notch|prolong)\w*"
_VERB_OF_PRICE = (
    r"(?:trad|end|open|clos|push|drift|edg|inch|turn|head|mov|send|sent|drag|pull|grind|finish|settl|tick|nudg|driv)\w*"
)

MOVES: tuple[tuple[str, float], ...] = (
    (rf"{_FALLING} (?:back |further |again )?(?:to|towards?) (?:the )?{_DOLLARS}", -2.5),
    (rf"{_GOOD_RUN} (?:\S+ ){{0,2}}{_ENDS_IT}|{_ENDS_ONE} (?:\S+ ){{0,6}}{_GOOD_RUN}", -2.6),
    (rf"{_BAD_RUN} (?:\S+ ){{0,2}}{_ENDS_IT}|{_ENDS_ONE} (?:\S+ ){{0,6}}{_BAD_RUN}", 2.6),
    (rf"{_BAD_RUN}|{_GOES_ON} (?:\S+ ){{0,4}}{_BAD_RUN}", -2.6),
    (rf"{_GOES_ON} (?:\S+ ){{0,4}}{_GOOD_RUN}", 2.6),
    (
        r"(?:bull (?:run|market)|rally|uptrend) (?:is |may be |could be )?(?:near\w* (?:its |an )?end|ending|ends|over(?!\w)|exhausted)",
        -2.4,
    ),
    (
        r"exchange (?:deposits?|inflows?)(?: count| (?:of|in) \w+)? (?:jump|rise|rose|spike|surge|climb|soar|grow|hit)\w*",
        -2.2,
    ),
    (
        r"(?:giv|gave)\w* (?:back|up) (?:\S+ ){0,2}gains?|(?:dump|eras|wip|los)\w* (?:out |nearly |almost )?(?:all |most )?(?:of )?(?:its |the |his |their )?gains",
        -2.4,
    ),
    (
        r"(?:tops?|topped|surpass\w*|passes|crosses|exceeds?) \d[\d.,]*(?: (?:million|billion|thousand))? (?:btc|eth|sol|xrp|bitcoins?|ether|coins|tokens|users|wallets|holders)",
        2.0,
    ),
    (r"liquidat\w+ (?:\S+ ){0,4}shorts", 2.6),
    (r"liquidat\w+ (?:\S+ ){0,4}longs", -2.6),
    (
        r"(?:exchange|exchanges'?) (?:\w+ )?(?:reserves?|balances?|supply)(?: of \w+)? (?:fall|drop|sink|shrink|decline|slide|plunge|hit)\w*(?: to)?(?: (?:a |its |their )?(?:\S+ ){0,2}lows?)?",
        2.4,
    ),
    (rf"all[- ]time highs?|record highs?|(?:new|fresh) (?:yearly |annual )?highs?|{_PERIOD} highs?", 3.0),
    (rf"(?:all[- ]time|record|multi-?\w+|{_PERIOD}|new|fresh|yearly|historic) lows?", -3.0),
    (
        r"(?:the |its |their )?lowest (?:level |point |price |close |reading )?(?:since|in)|(?:hits?|at|to|its|their) (?:the |its |their )?lowest",
        -2.5,
    ),
    (
        r"(?:the |its |their )?highest (?:level |point |price |close |reading )?(?:since|in)|(?:hits?|at|to|its|their) (?:the |its |their )?highest",
        2.5,
    ),
    (
        rf"(?:down|lower|off|lost|losing|loses?|sheds?) {_ABOUT}(?:{_AMOUNT}|double[- ]digits?|(?:a )?(?:third|half|quarter))",
        -2.5,
    ),
    (rf"(?:up|higher) {_ABOUT}(?:{_AMOUNT}|double[- ]digits?|(?:a )?(?:third|half|quarter))", 2.5),
    (rf"{_VERB_OF_PRICE} (?:\w+ ){{0,2}}lower|lower (?:highs|lows)", -2.0),
    (rf"{_VERB_OF_PRICE} (?:\w+ ){{0,2}}higher|higher (?:lows|highs)", 2.0),
    (rf"(?:struggl\w+|fail\w*|unable|fight\w*) to (?:\w+ ){{1,3}}(?:above )?{_DOLLARS}|rejected at {_DOLLARS}", -2.5),
    (rf"(?:could|may|will|might|can|to) (?:hit|reach|top|see|surpass) {_DOLLARS}", 1.6),
    (
        rf"(?:tops?|topped|cross(?:es|ed)?|clears?|past|pass(?:es|ed)?|above|reclaims?|reclaimed|retakes?|retook|breaks?|holds?) (?:the )?{_DOLLARS}",
        1.8,
    ),
    (rf"(?:hits?|reaches|nears?|touches|eyes|targets?|to|towards?) (?:the )?{_DOLLARS}", 0.8),
    (
        rf"(?:below|under|beneath|loses?|lost|short of) (?:the )?{_DOLLARS}|(?:below|under|beneath) (?:\w+ ){{0,2}}(?:average|support|cost basis|par)",
        -2.0,
    ),
    (
        r"(?:los\w+|lost) (?:\w+ ){0,3}(?:average|ground|steam|momentum|footing)|losing streak|(?:dr(?:ies|y|ied)|thins?) (?:up|out)|heads? south|spirals? (?:down|lower)|tail off",
        -2.4,
    ),
    (
        r"(?:re)?gain(?:s|ed)? (?:ground|steam|momentum|traction)|winning streak|picks? up|ramps? up|heats? up|warms? up|edges? up|inch(?:es)? up|ticks? up|most since|(?:comes?|coming) (?:\w+ )?back|on the rise",
        2.2,
    ),
    (
        r"runs? out of (?:steam|gas|road)|gives? back|gives? up (?:\S+ ){0,4}gains?|par(?:es?|ing) gains|wipes? out|eras\w+ (?:\S+ )?gains|trims? gains|rally (?:stalls?|fades?|fizzles?|cools?)",
        -2.4,
    ),
    (r"edges? down|inch(?:es)? down|ticks? down|cools? off|pulls? back|pullback", -1.8),
)
"""Expressions for which way something moves, and how far. They are read before the words, the first first."""

_BADLY = r"(?:hacks?|hacking|exploits?|attacks?|collapses?|crash|heists?|breach\w*|bankruptcy|scandal|implosion|outages?|halts?|thefts?)"
_STOP = r"(?:delete|halt|stop|cease|suspend|block|close|shut|pay|freeze|remove|pause|exit|register|leave|wind|hand|disable|sell|delist|unwind)"

PHRASES: tuple[tuple[str, float], ...] = (
    (r"(?:clarity|genius|fit21|blockchain regulatory certainty) (?:act|bill|vote)", 0.0),
    (r"(?:capital|crypto|trading|taxable|reporting|paper|unrealized) gains", 0.0),
    (r"(?:cool|dim|dash|trim|reduc|lower|eas|cut|douse|temper)\w* (?:\S+ ){0,4}(?:rate )?hike (?:bets|odds|fears|expectations|hopes)", 2.4),
    (r"(?:freez\w+|froze|block\w*|blacklist\w*|seiz\w+) (?:\S+ ){0,3}(?:hackers?|attackers?|exploiters?|thie(?:f|ves)|scammers?|launderers?|terrorists?)(?:'s?)?(?: \w+)?", 2.4),
    (r"rul(?:es?|ed|ing) against|court loss|loses? (?:\w+ )?appeal", -2.2),
    (r"to (?:leave|depart|exit|resign)(?! (?:room|space|door))(?: \w+){0,3}|to step down|stepp\w+ down|depart(?:s|ed|ing|ure)", -2.0),
    (r"flips? (?:\S+ ){1,4}(?:in|by|as|to become|on)", 2.0),
    (r"(?:tapped|chosen|picked|selected|adopted|used) by", 1.8),
    (r"(?:begins?|starts?|to begin|to start) (?:shipping|using|testing|supporting|processing|rolling|settling)", 2.0),
    (r"(?:another|new|first) way (?:to|for)|gets? (?:its |the )?first", 1.6),
    (r"doubl\w+ down on|(?:goes?|gone|going|went) live", 2.0),
    (r"(?:fall|fell|falls|fallen|falling) apart|keeps? (?:bulls|buyers|bitcoin|btc|ether|price|prices) from \w+", -2.4),
    (r"(?:delay|postpone|paus|defer)\w* (?:\S+ ){0,4}(?:tax(?:es)?|ban|bans|tariffs?|curbs|restrictions|crackdown)|delays? (?:of|to|in) (?:\S+ ){0,2}tax", 2.2),
    (r"(?:bulls|buyers|rally|market) (?:tak\w+|took) a (?:breather|break|pause)|unravell?ing (?:the|how|why)|expand\w* (?:\S+ ){0,3}(?:oversight|scrutiny|surveillance)", 0.0),
    (r"promises? of (?:profit|returns?|gains?)", 0.0),
    (rf"(?:hours?|days?|weeks?|months?|years?) (?:of|after|since|following|from|on from) (?:\S+ ){{0,3}}{_BADLY}|(?:post|pre)[- ]{_BADLY}", 0.0),
    (r"bankruptcy (?:emergence|exit)|(?:etfs?|inflows?|funds?|fundraising) haul|return of the bull\w*(?: (?:market|run))?", 2.4),
    (rf"(?:emerg\w+|exit\w*|rebuild\w*|mov\w+ (?:on|past)|return\w*|back) (?:on from|from|after|of|past) (?:\S+ ){{0,2}}(?:{_BADLY}|chapter 11|insolvency|administration)", 2.4),
    (r"before (?:any|anyone|users?|it) (?:\S+ ){0,5}(?:lost|stolen|affected|harmed|damaged?|exploited|drained|hurt)|no (?:user |customer )?(?:funds|assets|money) (?:\w+ )?(?:lost|stolen|affected|at risk)|(?:funds|assets) (?:are |is |remain )?safe|safu", 1.8),
    (r"still (?:waiting|locked|frozen|missing|unpaid|reeling|trapped|owed)|left (?:waiting|in the dark|out)|(?:waits?|waiting) (?:for|on) (?:\S+ ){0,2}(?:money|funds|refunds?|repayments?)", -2.2),
    (r"(?:gemini|binance|coinbase|kraken|bybit|okx|crypto\.com|nexo|metamask|robinhood) (?:earn|gains|pro|prime|pay|card|lend|one|advanced|ventures|labs)", 0.0),
    (rf"(?:ordered|told|forced|asked|instructed|made|obliged|urged) to {_STOP}", -2.4),
    (rf"(?:judge|court|regulators?|watchdog|authorit\w+|ministry|police|sec|fca|cftc|agency) (?:\w+ )?(?:orders?|tells?|forces?|asks?|bars?|instructs?) (?:\S+ ){{1,4}}(?:to|from) {_STOP[:-1]}|offering|operating|serving|trading)", -2.4),
    (r"(?:at|to|below|under) \d\d cents", -2.2),
    (r"(?:votes?|voted|voting|to vote|ballot|referendum|hearing|debates?|poll|decision|ruling) on(?: (?!\w+ed\b)\S+){1,4}", 0.0),
    (r"(?:sticks? (?:with|to|by)|keeps?|retains?|maintains?|upholds?|extends?|confirms?|reaffirms?|stands? by) (?:its |the |a |their )?(?:\S+ ){0,3}(?:tax|ban|bans|curbs|restrictions?|limits|tariffs?|fine|prohibition|freeze)(?: (?:on|in|for|unchanged)(?: \w+)?)?", -2.0),
    (r"(?:cutting|slashing|lowering|halving|scrapping|ending|reducing|removing|waiving) (?:\S+ ){0,4}tax(?:es)?(?: (?:to|by) \S+)?", 2.4),
    (r"(?:could|may|might|will|can) (?:revisit|retest|re-test|fall|drop|sink|slide|slip|crash|plunge|tumble|dip)(?:ing)?(?! (?:case|charges|lawsuit|suit|probe|plan|bid|appeal|ban|support))(?: (?:back |as low as |all the way |further )?(?:to|toward|towards|below|under)(?: \$\S+)?)?|(?:to|risks?) (?:revisit|retest|re-test|fall|drop|sink|slide|slip|crash|plunge|tumble|dip)(?:ing)? (?:back |as low as |all the way |further )?(?:to|toward|towards|below|under)(?: \$\S+)?", -2.6),
    (r"(?:reach\w*|pass\w*|top\w*|cross\w*|hit\w*|surpass\w*|exceed\w*|near\w*) (?:\S+ ){0,2}\d\S*(?: million| billion)? (?:\w+ ){0,3}(?:users|wallets|customers|transactions|holders|addresses|accounts|downloads|validators|merchants|members|clients)", 2.2),
    (r"(?:one|two|five|ten|half a) (?:million|billion) (?:\w+ ){0,2}(?:users|wallets|customers|transactions|holders|addresses|accounts|merchants)", 2.0),
    (r"(?:turns?|turned) \$\S+ into \$\S+|more (?:\w+ )?(?:revenue|fees|profits?|users|volume) than", 2.0),
    (r"(?:record |a |an )?\$\S+(?: million| billion)? (?:civil |criminal )?(?:fine|penalty)", -2.4),
    (r"draws? (?:\S+ ){0,2}(?:ire|fire|criticism|backlash|scrutiny|flak)", -2.2),
    (r"rul\w+ out (?:\S+ ){0,3}(?:tax(?:es)?|bans?|curbs|restrictions?|liquidation|insolvency|bankruptcy|sales?|hikes?|charges|fraud|crackdown|hack)", 2.4),
    (r"(?:anti-?|counter-?)?(?:fraud|scam|theft|hack|crime|loss|risk|liquidation|money laundering|phishing) (?:protection|prevention|insurance|fund|shield|detection|safeguards?|controls?|management|rules|team|unit|lab)|anti-(?:fraud|scam|money|crime)\S*", 0.0),
    (r"(?:\S+ )?(?:hopes?|odds|chances|prospects|optimism|appetite|demand|momentum|confidence|mood|interest) (?:\w+ )?(?:dim|fade|fading|wan|slip|sour|evaporat|vanish|collaps|cool|fizzl|shrink|weaken|dr(?:y|ie)|dwindl|sink|plung|fall|fell|drop|tumbl|crumbl|ebb)\w*(?: up)?", -2.4),
    (r"(?:\S+ )?(?:hopes?|odds|chances|prospects|optimism|appetite|demand|momentum|confidence|mood|interest) (?:\w+ )?(?:return|ris|rose|grow|grew|climb|jump|build|improv|brighten|surg|soar|rebound|reviv|pick|spike|strengthen)\w*(?: up)?", 2.2),
    (r"(?:sells?|selling|sold) out|sell-?out", 2.2),
    (r"(?:users?|customers|investors|clients|depositors|whales?|holders|lenders|funds) (?:\w+ )?(?:withdr\w+|pull(?:s|ed)?(?= \S*\d)|yank\w*|redeem\w*)(?: (?:millions|billions|\$\S+))?", -2.2),
    (r"(?:bars?|barred|bans?|banned|blocks?|blocked|stops?|prevents?|prohibits?|restricts?|cuts? off|excludes?) (?:\S+ ){1,4}from (?:\S+ ?){1,3}", -2.4),
    (r"(?:gets?|got|wins?|won|receives?|received|gains?|given|gives|secures?|earns?) (?:\S+ ){0,3}(?:ok|okay|nod|go-ahead|blessing|green light|all-clear|thumbs[- ]up)(?!\w)", 2.4),
    (r"(?:soften|eas|relax|loosen|warm|reconsider)\w* (?:\S+ ){0,2}(?:stance|tone|position|approach|requirements|opposition|guidance|plans?|proposals?|rules?)(?: after (?:\S+ )?backlash)?", 2.2),
    (r"(?:harden|toughen|tighten|stiffen|sharpen)\w* (?:\S+ ){0,2}(?:stance|rules?|tone|grip|approach|requirements|oversight|controls|scrutiny|noose|limits|curbs)", -2.2),
    (r"(?:judge|court|jury|panel|arbitrator|justices) sides? with (?!sec|cftc|regulat|government|doj|justice|prosecutors|irs|state|treasury)\S+", 2.2),
    (r"(?:judge|court|jury|panel|justices) sides? with \S+", -2.2),
    (r"faces? (?:\S+ ){0,2}(?:trial|retrial|jail|prison|extradition|charges|eviction|delisting|deadline|insolvency|bankruptcy|fines?|ban|suspension|closure|shutdown|deportation|penalt\w+)", -2.4),
    (r"(?:returns?|distribut\w+|shar(?:es?|ing)|pays?|airdrops?) (?:\S+ ){1,5}to (?:stakers|holders|shareholders|users|investors|tokenholders|customers|creditors|victims)", 2.2),
    (r"(?:recover\w*|gets?|raises?|raised|sold|attract\w*|draws?|sees?|earns?) (?:just|only|a mere|barely) \S+", -2.2),
    (r"(?:advis\w+|recommend\w*|suggests?|endors\w+|pitch\w*) (?!against)(?:\S+ ){0,4}(?:\d+%|allocations?|bitcoin|crypto|buying)", 2.0),
    (r"(?:stablecoins?|usd\w{1,3}|\w+usd|dai|tether|circle)(?:'s)? (?:\w+ )?(?:supply|market cap)", 0.0),
    (r"(?:clears?|cleared|frees?|freed|freeing|allows?|allowed|lets?|letting|permits?|permitted) (?:\S+ ){1,4}(?:to|in|into|on|trade|offer|buy|hold|use|custody|engage) (?:\S+ ){0,3}\S+", 2.2),
    (r"without (?:\w+ ){0,2}(?:approval|permission|licen[cs]e|consent)", 0.0),
    (r"(?:drop|withdraw|abandon|end|settl|resolv|clos|concede)\w* (?:\S+ ){0,3}(?:appeals?|litigation|legal (?:battle|fight|challenge)|dispute|feud|crackdown)", 2.4),
    (r"(?:hits?|slaps?|slams?|smacks?|threatens?|targets?) (?:\S+ ){1,4}with (?:\S+ ){0,3}(?:fines?|penalty|lawsuits?|suit|charges|subpoenas?|ban|bill|order|notice|sanctions)", -2.6),
    (r"(?:to be|will be|gets?|being|are|were|is|been) (?:\w+ )?(?:repaid|refunded|reimbursed|compensated|paid back|unfrozen|freed|released|delisted from sanctions)", 2.6),
    (rf"victims? of (?:\S+ ){{0,3}}{_BADLY}", 0.0),
    (r"says? no to|rul\w+ out|turn\w* down|no plans? (?:to|for)|won't (?:\w+ )?(?:list|offer|buy|support|approve|back)|to (?:bar|ban|outlaw|prohibit|restrict)", -2.2),
    (r"(?:waiv\w+|abolish\w*|suspend\w*|exempt\w*|ax\w+|eliminat\w+) (?:\S+ ){0,4}tax(?:es)?|tax[- ](?:free|exempt)", 2.4),
    (r"stop(?:s|ped)? (?!bleed|fall|los|sell|slid|worry)\w+ing", -2.2),
    (r"(?:dash|crush|dent|dim|temper|damp\w*|shatter)\w* (?:\S+ ){0,2}(?:hopes?|expectations|bets)(?: (?:of|for|on)(?: \S+){1,3})?", -2.6),
    (r"(?:odds|chances?|bets|hopes?|expectations|case) (?:of|on|for) (?:an? |the )?(?:\S+ ){0,3}cuts? (?:\w+ )?(?:fall|drop|fade|slip|sink|plunge|dim|shrink|dwindl|evaporat|recede|cool)\w*", -2.4),
    (r"(?:odds|chances?|bets|hopes?|expectations|case) (?:of|on|for) (?:an? |the )?(?:\S+ ){0,3}cuts?(?: (?:\w+ )?(?:climb|rise|grow|jump|surge|increase|soar|firm|build|mount)\w*)?", 2.2),
    (r"(?:war|crackdown|battle|fight|nightmare|winter|pain|selloff|sell-off|correction|bear market|worst|bleeding) (?:\S+ ){0,3}(?:is |are |may be |looks |could be |now )?over(?!\w| \w)", 2.4),
    (r"bullish (?:sets|prices|files|reports|raises|says|plans|to (?:go|list))", 0.0),
    (r"(?:bears?|sellers?) (?:\S+ )?(?:tighten\w*|in control|tak\w+ (?:control|over|charge)|dominat\w+|pounce|circle|regain\w*|eye|target|growl|emerge)(?: (?:\w+ )?(?:grip|control))?", -2.6),
    (r"(?:bulls?|buyers?) (?:\S+ )?(?:in control|tak\w+ (?:control|charge)|step\w* in|return\w*|charg\w+|dominat\w+|regain\w*|eye|target|defend\w*|tighten\w*)(?: (?:\w+ )?(?:grip|control))?", 2.2),
    (r"(?:bulls?|buyers?) (?:\S+ )?(?:retreat\w*|los\w+|struggl\w+|exhaust\w*|fail\w*|capitulat\w*|give up|vanish\w*|run out)", -2.4),
    (r"war of words", 0.0),
    (r"hits? (?:\w+ )?mainnet", 2.0),
    (r"(?:blocks?|blocked|kills?|rejects?|rejected|vetoes|vetoed|shoots? down|strikes? down|votes? (?:down|against)) (?:\S+ ){0,5}(?:bill|relief|act|plan|proposal|law|etfs?|fund|merger|deal)", -2.4),
    (r"(?:pays?|to pay|paid|forfeits?) \$\S+(?: \S+){0,2} (?:to settle|fine|penalty|settlement)(?: (?:\S+ ){0,2}(?:charges|case|probe|lawsuit|claims))?", -2.4),
    (r"(?:cuts?|slash\w*|lowers?|halves|scraps?|ends?|exempts?|reduces?|removes?) (?:\S+ ){0,4}tax(?:es)?(?: to \S+ \S+)?|(?:no|zero) (?:\S+ ){0,2}tax(?:es)?|tax (?:break|cut|relief|exemption)s?", 2.4),
    (r"(?:raises?|hikes?|imposes?|slaps?|levies|proposes|plans|adds|introduces|doubles) (?:\S+ ){0,5}tax(?:es)?(?: on (?:\S+ )?(?:gains|profits|trades?|trading))?", -2.4),
    (r"(?:passes|passed) (?:with|by|unanimous\w*)|closer than ever|shutdown (?:\w+ )?(?:ends?|nears (?:its |an )?end|over)|puts? (?:\S+ ){0,3}(?:in|into) (?:bitcoin|btc|ether|eth|crypto|solana)", 2.0),
    (r"(?:reach\w*|hits?|sets?|posts?|notch\w*|touch\w*) (?:a |an |new |another )?record(?! low| loss| out)", 2.4),
    (r"forc\w+ (?:\S+ ){1,4}out|(?:gets?|faces?|handed|given|serves?) (?:up to |at least )?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty) (?:years?|months?)", -2.4),
    (r"(?:optimism|pump|gala|flare|curve|safe|trust|render|compound) (?:tokens?|foundation|networks?|labs|wallets?|protocol)", 0.0),
    (r"(?:reimburs|refund|compensat|repay)\w* (?:\S+ ){0,3}(?:victims?|users?|customers|creditors|clients|holders)", 2.6),
    (r"(?:decid\w+|votes?|voted|rules?|ruled|opts?) (?:against|not to) (?:exclud|ban|remov|delist|sue|suing|tax|block|restrict)\w*", 2.2),
    (r"refus\w+ to (?:toss|throw out|dismiss|drop|clear|approve)", -2.4),
    (r"faces? (?:\w+ )?(?:questions?|scrutiny|backlash|heat|pressure|lawsuits?|probes?|criticism|challenges?|uncertainty|delays?|headwinds?)", -2.4),
    (r"costs? (?:\S+ ){1,4}\$\d\S*", -2.2),
    (r"flips? (?:ethereum|bitcoin|solana|tether|xrp|bnb|visa|tesla|\w+) (?:in|by|as|to become|on)", 2.0),
    (r"bottom (?:is in|forming|near|may be in|in sight)", 2.2),
    (r"to (?:issue|create|build|establish|set up|develop|offer|adopt|legali[sz]e|accept|integrate)(?= )", 1.5),
    (r"think tanks?|shark tank|(?:stablecoin|usdt|usdc|tether) (?:supply|market cap)|range (?:tightens|narrows)|to (?:fund|finance|pay for) (?:\S+ ){0,2}\w+", 0.0),
    (r"(?:throws?|threw|thrown|tosses|tossed|dismiss\w*|drops?|dropped|beats?|defeats?) (?:out )?(?:\S+ ){0,4}(?:class[- ]action|lawsuit|suit)(?: (?:against|over) \S+)?", 2.6),
    (r"(?:denies|denied|rejects?|rejected|refuses?|refused) (?:\S+ ){0,4}(?:requests?|bid|motion|petition|plea|bail|application|appeal)(?: for (?:a )?(?:new )?trial| to (?:dismiss|toss|block|stop|drop|end) (?:\S+ ?){1,2})?", -2.2),
    (r"(?:orders?|ordered|tells?|told|forces?|forced) (?:\S+ ){1,4}to (?:delete|halt|stop|cease|suspend|block|close|shut|pay|freeze|remove|pause|exit|register)", -2.2),
    (r"(?:deals?|dealt|suffers?) (?:\S+ ){0,2}blow|(?:big |major |fresh |latest |new )?blow (?:to|for)|(?:hit|hits) (?:by|with|hard)|hits? (?:\S+ )?(?:snag|roadblock|wall)", -2.4),
    (r"cash(?:es|ed|ing)? out|push(?:es|ed|ing)? back (?:against|on)|takes? (?:aim|issue)|in (?:limbo|doubt|jeopardy|turmoil|crisis|free ?fall)|on the brink|under siege|at odds", -2.2),
    (r"to (?:shut|shutter|wind down|delist|sue|quit|halt|suspend|liquidate|lay off)\b|to close(?= *(?:$|,|:|;|after|amid|as|its|in \d))", -2.2),
    (r"valu(?:ed|ation|ing) (?:\w+ )?(?:at|of|tops|hits|reaches) \$\d[\d.,]*\w*|holds? (?:over |more than |nearly )?\d[\d.]*% of", 1.8),
    (r"pump\.?fun|pump tokens?|jump (?:crypto|trading)|bullish (?:shares?|stock|exchange|ipo|debut)|profit[- ](?:and|&|to)[- ]loss|fear (?:and|&) greed|fees? switch|lost (?:and|&) found|crash(?:es|ed)? course", 0.0),
    (r"(?:hits?|reach\w*|tops?|crosses|crossed|surpass\w*|exceed\w*|passes|passed) (?:\S+ ){1,4}(?:for|the) (?:the )?(?:first|1st) time", 2.2),
    (r"(?:raises?|raised|lifts?|lifted|hikes?|hiked|boosts?|boosted|ups|upped) (?:\S+ ){0,5}(?:price target|target|forecast|estimate|outlook|stake|holdings)s?", 2.4),
    (r"(?:cuts?|lowers?|lowered|slashes|slashed|trims?|trimmed|reduces?|reduced) (?:\S+ ){0,5}(?:price target|target|forecast|estimate|outlook|rating|stake|holdings)s?|rating cut|downgrad\w+", -2.4),
    (rf"(?:sees?|predicts?|forecasts?|expects?|projects?|calls? for) (?:\S+ ){{0,4}}(?:at|to|reaching|hitting|topping|above|rising to|climbing to) {_DOLLARS}", 1.8),
    (r"cover(?:s|ed|ing)? (?:\S+ ){0,4}losses|makes? (?:\S+ ){1,3}whole|(?:re)?pays? (?:\S+ ){0,3}(?:users|customers|victims|creditors)", 2.4),
    (r"(?:returns?|returned|turns?|turned|flips?|flipped|shifts?|swings?|back) (?:in)?to (?:extreme )?greed", 2.2),
    (r"(?:returns?|returned|turns?|turned|flips?|flipped|shifts?|swings?|plunges?|falls?|back) (?:in)?to (?:extreme )?fear", -2.6),
    (r"rush(?:es|ed|ing)? (?:for|to|towards?) the exits?|heads? for the exits?|flee(?:s|ing)?|fled|exodus|en masse|stays? away", -2.4),
    (r"signs? (?:\S+ ){0,6}(?:bill|act|law|order)(?: into law)?|(?:signed )?into law", 2.2),
    (r"record share|market share (?:gains?|climbs?|rises?|grows?)", 2.2),
    (r"step(?:s|ped|ping)? back|split(?:s|ting)?|posts? (?:bitcoin |\w+ )?tracker|adjourn\w*", 0.0),
    (r"little changed|trades? flat|flat near|holds steady|range[- ]bound|sideways|unchanged|mixed|opposite directions", 0.0),
    (r"yet to|stops? short|far from|fires? back|trad\w+ (?:volume|desk|platform)s?|for the first time", 0.0),
    (r"you (?:may|might) have missed|in case you missed|opens? (?:\w+ )?(?:consultation|registration|office|comment\w*|probe)|listing (?:process|rules|requirements|policy|standards)|publishes \w+", 0.0),
    (r"(?:hackers?|attackers?|exploiters?|thie(?:f|ves)) (?:\w+ )?(?:returns?|returned|refunds?|gives? back|sends? back)(?: (?:the |all |most )?(?:of )?(?:stolen|hacked|looted) \w+)?|freez\w+ (?:\S+ ){0,3}(?:stolen|hacked|illicit|scam)(?: in \w+)?|(?:money|funds|coins|deposits) back", 2.6),
    (r"pours? cold water on(?: \S+){0,4}|less than expected|weigh(?:s|ed|ing)? (?:heavily )?on|(?:gets?|faces?|handed|given) (?:up to )?\d+[- ](?:years?|months?)", -2.5),
    (r"(?:raises?|hikes?|imposes?|slaps?|levies|doubles) (?:\w+ ){0,2}(?:tax|taxes|duty|fine|penalty|ban|limits|tariffs?)", -2.2),
    (r"(?:to leave|leaves|leaving|quits?|exits?) (?:\S+ ){0,2}(?:markets?|country|europe|us|u\.s\.|uk|china|india|canada|japan|korea|business)", -2.0),
    (r"(?:begins?|starts?|to begin|to start) (?:offering|accepting|selling|buying|paying|trading)|(?:now )?holds [\d.,]+k? (?:btc|eth|bitcoins?|ether|sol)|fresh (?:money|capital|demand)|strategic (?:bitcoin |crypto )?reserve|bitcoin reserve (?:bill|law|act|plan)|goes? public|new record|roll(?:s|ed|ing)? out|files? (?:for|to launch) (?:\S+ ){0,3}(?:etfs?|fund|ipo)|plans? (?:\S+ )?reserve", 2.0),
    (r"(?:\w+ ){0,1}(?:in|into) (?:the )?red\b|red zone|stronger dollar|strong dollar", -2.0),
    (r"(?:in|into|back in) (?:the )?green\b|green light|weak(?:er)? dollar|dollar weak\w+|biggest ever|most profitable", 2.0),
    (r"(?:crash\w*|break\w*|broke|smash\w*|blast\w*|burst\w*|slic\w*|punch\w*|sail\w*) (?:through|above|past|out)(?: (?:key )?resistance| of [\w-]+)?", 2.6),
    (r"break\w* (?:\S+ ){0,3}(?:downtrend|slump|resistance|losing streak)|snap\w* (?:\S+ ){0,3}losing streak", 2.6),
    (r"(?:los\w+|lost|break\w*|broke|fall\w*|fell) (?:below |under )?(?:key |crucial |critical |major )?support|break\w* down", -2.5),
    (r"los\w+ (?:its |the )?(?:dollar |usd )?peg|lost (?:its )?(?:dollar )?peg|(?:slips?|drifts?|falls?) (?:from|off) (?:its )?peg|off (?:its )?peg|slips? to \d\d cents", -3.0),
    (r"(?:regain\w*|restor\w*|hold\w*|held|return\w* to) (?:its |the )?(?:dollar )?peg", 2.5),
    (r"shorts? (?:sellers? )?(?:get |are |were )?(?:squeezed?|liquidat\w+|wiped out|burned)|short squeeze|short liquidations", 2.6),
    (r"longs (?:get |are |were )?(?:squeezed?|liquidat\w+|wiped out|burned)|long squeeze|long liquidations|leveraged longs", -2.6),
    (r"(?:stolen |frozen )?funds (?:\w+ )?(?:returned|recovered|restored)|(?:recover|return|claw)\w* (?:\S+ ){0,5}(?:stolen|hacked|lost|taken|heist|hack)(?: (?:in|from|by|to|through|via) (?:\S+ ){0,3}(?:scams?|hacks?|hackers?|fraud|exploits?|thieves|attacks?|heists?|schemes?|phishing))?", 2.6),
    (r"(?:stolen|hacked|frozen) (?:\S+ ){0,3}(?:recovered|returned|restored)|made whole|repa(?:y|id) in full|in full", 2.6),
    (r"(?:rate|rates) cuts?|cuts? (?:interest )?rates|slash\w* rates|dovish|holds? off on rate \w+", 2.0),
    (r"rate (?:hike|increase)s?|raises? (?:interest )?rates|hik\w+ (?:interest )?rates|hawkish|hot(?:ter)? (?:than expected )?(?:cpi|inflation)|inflation (?:surprise|shock)", -2.2),
    (r"(?:lays?|laying|laid) off|job cuts?|cuts? (?:\S+ ){0,4}(?:jobs|staff|workforce|headcount)|pink slips", -2.4),
    (r"rug(?:ged)? pull\w*|rug-?pull\w*|pump[- ]and[- ]dump|death cross|dead cat bounce|bear market|crypto winter|bank run|bull trap", -2.8),
    (r"golden cross|bull (?:run|market|flag|case)|risk[- ]on|bottom is in|bottomed|flight to safety", 2.4),
    (r"class[- ]action|wells notice|money laundering|under (?:fire|pressure|scrutiny|investigation)|at risk|goes? dark|offline|red flags?|sounds? (?:the )?alarm|rais\w* (?:\w+ )?(?:alarm|concern|red flag|eyebrow|question|fear)\w*|on edge|chapter 11|files? for bankruptcy|pleads? guilty|found guilty|years in prison|behind bars", -2.8),
    (r"unregistered (?:securit\w+|broker\w*)|wash trading|insider trading|tax evasion|front[- ]running|flash crash|fire sale", -2.4),
    (r"not guilty|cleared of (?:all )?(?:\w+ )?(?:charges|wrongdoing|fraud)?|wins? (?:dismissal|appeal|case|lawsuit|court)|case closed|walks free|(?:charges|case|suit|lawsuit|probe) (?:is |are |was )?(?:dropped|dismissed|closed|tossed)", 2.8),
    (r"(?:refuses?|refused|declin\w+|denie[sd]|reject\w*) (?:\w+ ){0,2}(?:to dismiss|bid to dismiss|motion to dismiss|to drop|appeal)|upholds? (?:\w+ ){0,2}(?:conviction|sentence|ban|fine)", -2.6),
    (r"(?:tosses|tossed|toss|throws?|threw|thrown|drops?|dropped|dismiss(?:es|ed)?|ends?|ended|closes?|closed|settles?|beats?) (?:out )?(?:\S+ ){0,4}(?:lawsuit|suit|case|charges?|counts?|probe|investigation|claims?|complaint|allegations|opposition|inquiry|action)(?: over (?:\S+ ?){1,3}| against (?:\S+ ?){1,2})?", 2.6),
    (r"(?:loses?|lost) (?:appeal|case|lawsuit|court|bid|license|licence|banking)", -2.6),
    (r"white hats?|bug bounty|proof of reserves|passes (?:\w+ )?(?:audit|test|bill)|without (?:a hitch|issues|incident)|no critical", 1.5),
    (r"(?:shut|wind|clos)\w* down|closes? (?:its )?doors|ceases? operations|pulls? out|pulls? the plug|walks? away|backs? out|steps? down|winds up", -2.6),
    (r"(?:shrugs?|shrugged|brush(?:es|ed)?|shakes?|shook) off(?: \w+){0,2}", 2.2),
    (r"(?:lifts?|lifted|eases?|removes?|removed|scraps?|scrapped|drops?|ends?|ended|repeals?|overturns?|reverses?|softens?) (?:\S+ ){0,3}(?:ban|curbs|restrictions?|opposition|cap|limits?|tax|sanctions|guidance)(?: on \w+)?", 2.4),
    (r"(?:blocks?|kills?|rejects?|delays?|stalls?|shelves?|vetoes|opposes?|guts) (?:\S+ ){0,3}(?:bill|etfs?|relief|application|fund|proposal|merger|deal|law|plans?)", -2.2),
    (r"(?:buys?|bought|scoops? up|snaps? up|adds?|acquires?|stacks?|picks? up|loads? up) (?:\w+ )?(?:the dip|\$?\d[\d.,]*\w*)", 2.0),
    (r"(?:sells?|sold|dumps?|dumped|offloads?|offloaded|unloads?|unloaded) (?:the |\w+ )?\$?\d[\d.,]*\w*", -2.0),
    (r"(?:senate|house|congress|parliament|lawmakers?|committee|assembly|voters?|dao) (?:\w+ )?(?:pass\w*|advances?|approves?|backs?)|lays (?:the )?groundwork|buy signal|bullish signal", 2.0),
    (r"trad\w+ below|sell signal|bearish signal", -2.0),
    (r"(?:pulls?|pulled|withdraws?|withdrew|yanks?|redeems?) (?:\w+ )?\$\d[\d.,]*(?:\w| million| billion)*|bets? against|at a discount", -2.2),
    (r"(?:raises?|raised|lands?|landed|secures?|secured|nets?|bags?|takes? in|took in|attracts?|pulls? in|draws?) (?:\w+ )?\$\d[\d.,]*\w*", 2.2),
    (r"par(?:es?|ing) losses|eras\w+ (?:\S+ )?losses|trims? losses|recoups?|claws? back|back above|bounces? back|turns? positive|flips? (?:positive|green)|back on track|opens? (?:the |its )?doors?|regain\w* control|swings? to profit|goes? live", 2.2),
    (r"turns? negative|flips? negative|turns? sour|goes? under|takes? (?:a )?(?:hit|beating)|hit hard|hard hit|knock(?:s|ed)? (?:\w+ )?(?:off|down)|take(?:s)? over|switch(?:es)? off|down for|no end in sight", -2.0),
    (r"net (?:buying|inflows?)|record (?:\w+ ){0,2}(?:inflows?|volumes?|revenues?|profits?|quarter|demand|users|activity|usage|holdings|sales)|best (?:day|week|month|quarter|year)", 2.6),
    (r"net (?:selling|outflows?)|record (?:outflows?|loss|losses|liquidations)|worst (?:day|week|month|quarter|year)", -2.8),
    (r"(?:beats?|tops?|exceeds?|topped) (?:\w+ )?(?:estimates?|expectations?|forecasts?)|price target (?:raised|to)|to overweight", 2.4),
    (r"(?:misses?|missed|below|lags?) (?:\w+ )?(?:estimates?|expectations?|forecasts?|payments?)|price target cut|cut to (?:neutral|sell|underweight)|misses (?:\w+ )?payment", -2.4),
)  # fmt: skip
"""Expressions that say more than their words: read after MOVES, and taken out of the text likewise."""
