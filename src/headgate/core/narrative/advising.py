"""The verbs by which an analysis advises, and those that order without: what else is asked for comes from somewhere else."""

from __future__ import annotations

_LOOKS = """
    analyse analyze ask assess audit bother check clarify compare confirm contact contrast count cross-check
    crosscheck determine double-check doubt escalate evaluate examine explore find flag follow identify inform inspect
    investigate look measure monitor notify observe probe query question re-check re-examine recheck reconcile
    remeasure remind report request retest review scrutinise scrutinize search see study survey tell test trace track
    validate verify watch
"""
LOOKS = frozenset(_LOOKS.split())
"""To look into something, and to see to it that somebody does: never to be left undone."""

_ADVISES = """
    account act add address adjust advertise advise aggregate agree aim alert align allocate allow annotate annualise
    annualize anonymise anonymize anticipate append apply appraise approach archive arrange ascertain assemble assign
    assist attend automate average back backfill backorder backtest balance base be begin benchmark beware bin bolster
    book boost break bring broaden browse bucket budget build bundle calculate calibrate call cancel cap capture carry
    cast cater center centre charge chart chase choose cite classify clean clear close coach coerce collect combine
    come communicate compile complete compress concentrate conduct consider consolidate consult contain continue
    control convert convey coordinate correct cover create cross curb curtail cut de-duplicate debug decide decompose
    decrease dedicate dedupe deduplicate deepen defer define delay delegate delete deliver demonstrate describe design
    detail detrend develop devote differentiate dig direct discontinue discount discuss display distinguish distribute
    diversify do document double draw drill drop ease elevate eliminate email emphasise emphasize encode encourage
    engage enhance enlarge enquire enrich ensure equip escape establish estimate exclude expand expect explain exploit
    extend extract extrapolate factor favor favour feature fetch fill filter fine-tune fit fix flatten focus forecast
    formalise formalize format foster frame free gather gauge get give go group grow guard halve handle harmonise
    harmonize have help highlight hold ignore implement import improve impute incentivise incentivize include
    incorporate increase index inquire instruct interpolate interpret interview introduce invite isolate itemise
    itemize join judge keep kick label launch lean learn leave let level leverage liaise limit link load localise
    localize locate loosen lower maintain make manage map mark market mask match meet mend merge mind minimise
    minimize mix model motivate move name narrow negotiate normalise normalize note nudge nurture obtain offer offset
    omit open optimise optimize order organise organize outline package pad pair parse partition partner pass patch
    pay perform phase phone pick pilot pin pinpoint place plan plot plug point position postpone pre-order prefer
    preorder prepare preserve prevent price prioritise prioritize proceed process procure produce promote protect
    provide pseudonymise pseudonymize publish pull push put quantify raise ramp rank rationalise rationalize
    re-calculate re-encode re-enter re-evaluate re-export re-import re-key re-measure re-order re-price re-process
    re-read re-run re-scan re-send re-submit re-test re-type re-upload re-validate re-weigh reach react read rearrange
    reassess reassign rebalance rebase rebook rebuild recalculate recalibrate recommend recompute reconsider record
    recount recover redeliver redesign redistribute redo reduce reenter refer refine refit reflect refocus reformat
    refresh regard regenerate reinforce reingest reject rekey relabel relate relay relist reload rely remember remove
    rename reorder repair reparse repeat replace replan replay replenish reply reposition reprice reprocess reproduce
    requote reread rerun resample rescale rescan reschedule resend reserve reshelve resize resolve respect respond
    restate restock restore restructure resubmit resupply retain retake rethink retrain retry return retype reupload
    revalidate revert revise revisit reward reweigh rework rewrite rotate round rule run salvage sample sanitise
    sanitize save scale scan schedule screen secure seek segment select sell send separate service set share sharpen
    shift ship shorten show simplify simulate single slow smooth solicit solve sort source speak spend split spot
    spread stabilise stabilize staff stagger standardise standardize start state stay steer stick stock store
    streamline strengthen stress strip strive structure substitute subtract suggest sum summarise summarize supervise
    supplement supply support surface sustain swap switch synchronise synchronize tabulate tackle tag tailor take talk
    taper target temper thank think tidy tie tighten time train transfer transform translate treat triage trial trim
    troubleshoot truncate trust try tune turn uncover underline understand unify unpack unzip update upgrade upload
    upsell use utilise utilize value vary vet visit voice wait wean wear weigh weight widen winsorise winsorize work
    wrap write zip
"""
ADVISES = LOOKS | frozenset(_ADVISES.split())
"""What follows from figures: looking, mending data, waiting, planning, stocking, pricing, talking to people."""

_ORDERS = """
    abandon abolish accept acquire activate admit adopt advance announce apologise apologize appoint approve arrest
    attack auction authorise authorize award ban believe bet bill blacklist block borrow boycott bribe buy bypass
    certify cheat commit compensate conceal confess confiscate connect copy credit deactivate deceive declare decline
    demand demote deny deposit destroy disable discharge disclose disconnect dismiss dispatch disregard donate
    download dump edit employ empower empty enable end enrol enroll enter erase evacuate evict exempt exit expel
    export expose fake finance fire forbid force forget forgive forward freeze fund grant hack halt hand harm hide
    hire hurt impose inject install invest invoice issue kill leak lease lend liquidate lock log mail mislead obey
    override overrule overwrite pardon permit persuade pledge post praise press print proclaim prohibit promise
    prosecute punish purchase purge quarantine rate reboot recall recruit refund register reimburse relax release
    relocate remit renounce rent repay replicate reset restart restrict resume retire retract reveal revoke roll
    sabotage seize settle short shut sign silence sponsor steal submit subscribe sue suppress surrender suspend
    terminate text threaten throw trade type uninstall unlock unmask unplug unsubscribe vaccinate void vote vouch
    waive warn whitelist wipe wire withdraw withhold
"""
ORDERS = frozenset(_ORDERS.split())
"""Whoever reads these at the beginning of a sentence reads an order. There are others, too: see `imperatives`."""

LEAVES_OFF = frozenset(("avoid", "cease", "pause", "quit", "refrain", "skip", "stop"))
"""To do what an analysis advises may be left off as well, but no look at something."""

_ALSO_NOUNS = """
    add advance archive attack award ban block buy call clear close commit copy credit cut decline demand deposit discharge
    double drop dump empty end exit export finance fire force free fund grant hand harm issue launch leak lease
    log mail move open order pause pin post press print promise purchase rate recall refund register reject release rent
    replace reset restart roll run set share short sign sponsor stock stop text trade trust type void vote wire
"""
ALSO_NOUNS = frozenset(_ALSO_NOUNS.split())
"""Of all these, those with which as often something is said: *Share of Asia: 40%*, *Empty cells in two columns*."""

_THE = r"(?:(?:the|this|that|these|those|a|an|all|any|each|every|some|its|their|more|fewer|less|no)\s+)*"
_FINDING = (
    r"(?:[\w'’*-]+\s+){0,3}?(?:finding|figure|result|reason|reading|row|record|cell|file|table|copy|column|fault|error|mistake|problem"
    r"|outlier|duplicate|gap|price|comparison|pattern|observation|insight|summary|chart|measurement|bar|export|question|value)s?\b"
)
_WHO = r"(?:somebody|someone|anybody|anyone|a\s+(?:nurse|doctor|colleague|technician|person|specialist)|(?:the|a)\s+(?:[\w-]+\s+)?team)\b"
_GOODS = r"(?:[\w-]+\s+){0,2}?(?:stock|units?|pieces|items|goods|supplies)\b"
_NOT_ALL = r"(?!(?:all|every|everything|everyone|everybody)\b)"
_NOBODY = r"(?!.*\b(?:customers?|users?|buyers?|patients?|employees?|people|clients?|addresses|lists?)\b)"
_DATA = (
    rf"{_THE}(?:[\w'’*-]+\s+){{0,3}}?(?:files?|rows?|records?|cells?|lines?|columns?|tables?|sheets?|parts?|readings?|dates?|timestamps?"
    r"|headers?|feeds?|batch(?:es)?)\b"
)
_HERE = r"(?!.*\bto\s+(?!(?:be|replace|complete|fill|(?:the|this)\s+(?:inbox|gate|pipeline|folder))\b))"
_MENDED = r"(?=.*\b(?:correct|complet|mend|fix|repair|missing|whole))"
_AGAIN = r"(?=.*\b(?:correct|complet|mend|fix|repair|missing|whole|again|anew|afresh|each|separately|in\s+parts))"
_ENTERED = (
    r"(?=.*\b(?:missing|empty|lost|by\s+hand|on\s+the|again|anew|correct|in\s+(?:full|iso|one|the\s+same)|when|as\s+soon\s+as|twice|no|without))"
    rf"{_THE}(?:[\w-]+\s+){{0,3}}?(?:post-?codes?|dates?|values?|readings?|quantit(?:y|ies)|units?|prices?|names?|figures?|measurements?"
    r"|times?|cells?|rows?|numbers?|weights?)\b"
)
# What is done only for as long as nobody has looked.
_KNOWN = (
    r".*\b(?:confirm|check|correct|mended|fixed|clear|clarif|explain|known|answer|reviewed|agree|complete|looked|settled|arriv|doubt"
    r"|resolved|understood|compared)"
)
_UNTIL_KNOWN = rf".*\b(?:until|while|before|unless|as\s+long\s+as)\b{_KNOWN}"
_TRADE = r"(?:[\w-]+\s+){0,2}?(?:orders?|re-?orders?|purchases?|sales?|promotions?|campaigns?|offers?|deliver(?:y|ies)|shipments?)\b"
# Not what belongs to one: the limits of a sensor, its alarms.
_DEVICE = (
    r"(?:[\w-]+\s+){0,2}?(?:devices?|sensors?|monitors?|meters?|scales?|watch(?:es)?|thermometers?|oximeters?|loggers?)"
    r"(?=\s*(?:[.,;]|$)|\s+(?:of|before|after|and|when|in|at|where|if|that|whose|until|once)\b)"
)
ONLY_WITH = {
    "add": r"(?!.*\b(?:sentences?|words?|lines?|texts?|links?)\b)",
    "allow": r"(?:for|more|extra|enough|time)\b",
    "archive": rf"{_NOT_ALL}{_THE}(?:[\w-]+\s+)?(?:old|earlier|previous|former|original|raw)\b",
    "assign": _WHO,
    "automate": rf"(?!.*\b(?:payments?|transfers?|refunds?|approvals?)\b){_THE}"
    r"(?:[\w-]+\s+){0,2}?(?:checks?|validation|tests?|comparisons?|exports?|clean-?up|conversion|reports?|upload|step)\b",
    "call": r"(?!.*\b(?:ambulances?|police|hotlines?|helplines?|numbers?|lines?|code)\b)",
    "cancel": r".*\bif\b",
    "charge": rf"{_THE}(?:[\w-]+\s+)?(?:devices?|sensors?|batter(?:y|ies)|monitors?|watch(?:es)?)",
    "clear": r"(?:up|out)\b",
    "close": r"(?:the\s+)?(?:gaps?|day|week|month|session)\b",
    "cut": _NOT_ALL,
    "debug": rf"{_THE}(?:[\w-]+\s+)?(?:export(?:er)?|import|query|pipeline|load|job|feed|conversion)s?\b",
    "declare": rf"{_THE}(?:[\w-]+\s+)?(?:delimiter|separator|types?|format|encoding|units?|time\s*zone|key)\b(?!\s+(?:as|to\s+be)\b)",
    "discontinue": _NOT_ALL,
    "double": r"the\s+(?:usual|mean|average|median)\b|.*\b(?:stock|orders|units|supply|space|number)\b",
    "drop": rf"{_NOT_ALL}(?!.*\b(?:charges?|rows|checks?|contract|rules?)\b)",
    "email": rf"{_THE}(?:senders?|suppliers?|customers?)\b(?!.*\b(?:lists?|addresses)\b)",
    "export": rf"{_NOBODY}(?!.*\bto\s+(?!utf|csv|iso|json|parquet)){_DATA}"
    r".*\b(?:again|anew|afresh|once\s+more|utf|iso|csv|json|parquet|with\s+(?:the|its|their)\s+(?:units?|headers?|types?|time))\b",
    "extract": rf"{_THE}(?:[\w-]+\s+)?(?:table|column|text|picture|page|date|rows?)s?\b",
    "free": r"up\b",
    "freeze": rf"{_THE}(?:[\w-]+\s+)?(?:mapping|schema|format|definitions?|column|layout|versions?)\b",
    "give": r"(?!.*\b(?:free|away)\b).*\b(?:priority|prominence|preference|attention|weight|space|room|time|reasons?|look|thought)\b",
    "go": r"(?:through|over|back|on|into)\b",
    "halt": rf"(?:promot|order|re-?order|stock|rely)ing\b|{_NOT_ALL}{_THE}{_TRADE}{_UNTIL_KNOWN}",
    "ignore": r".*\b(?:when|for|in|from)\s+(?:the\s+)?(?:mean|average|median|judging|calculating|computing|comparing|trend)",
    "join": rf"{_THE}(?:[\w-]+\s+)?(?:tables?|files?|facts?|columns?)\b",
    "launch": r".*\b(?:promotion|campaign|survey|trial|pilot|offer|review)s?\b",
    "leave": r"(?!.*\balone\b)",
    "let": rf"(?:{_WHO}|.*\b(?:know|check|look|read|confirm|explain)\b)",
    "make": r"(?!.*\b(?:exceptions?|payments?|transfers?|deposits?|donations?)\b)",
    "move": r".*\b(?:top|front|closer|up|lists?|shelf|shelves|forward|next\s+to)\b",
    "open": r"(?!.*\b(?:shared|linked|enclosed|attached|sent|portal|document)\b)"
    rf"{_THE}(?:(?:[\w-]+\s+)?(?:file|picture|image|archive|table)s?\b|(?:[\w-]+\s+){{0,2}}?(?:shop|store|branch)\b.*\b(?:earlier|later|longer|on)\b)",
    "order": r"(?!(?:no\b|nothing))",
    "pass": r".*\b(?:back|on|to)\b",
    "pay": r"(?!no\b)(?:[\w-]+\s+){0,2}attention\b",
    "phone": rf"{_THE}(?:senders?|suppliers?|customers?|buyers?)\b",
    "pin": r".*\b(?:types?|versions?|columns?|schema|format|unit|encoding)\b",
    "print": r"(?:[\w-]+\s+){0,3}?(?:labels?|barcodes?|price\s+tags?)\b",
    "provide": r"(?!.*\b(?:lists?|addresses|names)\b)",
    "publish": r".*\b(?:schema|format|figures?|summary|contract|definitions?)\b(?!.*\b(?:customers?|names|addresses)\b)",
    "put": r"(?!.*\b(?:savings|money|funds|cash)\b)"
    r".*\b(?:aside|hold|watch[\s-]?list|list|off|first|forward|shelf|shelves|front|near|next\s+to|place|focus|emphasis|display|sale)\b",
    "quarantine": rf"{_NOT_ALL}(?!any\b){_DATA}{_UNTIL_KNOWN}",
    "reassign": r"(?!.*\b(?:access|rights|accounts?|customers?)\b).*\bto\s+(?:[\w-]+\s+)?"
    r"(?:regions?|categor(?:y|ies)|groups?|class(?:es)?|segments?|areas?|columns?)\b",
    "regenerate": rf"{_DATA}|{_THE}(?:[\w-]+\s+)?(?:report|summary|index|export)s?\b",
    "reject": r".*\b(?:if|unless|until)\b",
    "replace": rf"{_NOT_ALL}|.*\b(?:devices?|sensors?|straps?|batter(?:y|ies)|missing|empty|values?|cells?)\b",
    "report": rf"(?!.*\b(?:police|authorities)\b){_THE}{_FINDING}",
    "reset": rf"{_THE}{_DEVICE}",
    "restart": rf"{_THE}{_DEVICE}",
    "restate": r".*\b(?:split|dividends?|currency|units?|revision|correction|the\s+same|per)\b",
    "restrict": rf"{_THE}(?:[\w-]+\s+)?(?:promotion|campaign|offer|analysis|comparison|chart|average|query|discount)s?\b.*\bto\b",
    "resume": rf"{_NOT_ALL}{_THE}{_TRADE}.*\b(?:once|when|after|as\s+soon\s+as)\b{_KNOWN}",
    "revert": rf"(?!.*\b(?:decision|rejection|payment)s?\b)(?:{_DATA}|.*\b(?:name|type|format|unit|spelling|mapping)s?\b)",
    "run": r"(?:down|again|out|through)\b"
    rf"|{_THE}(?:[\w-]+\s+){{0,2}}?(?:file|check|test|promotion|campaign|comparison|analysis|trial|pipeline|query)s?\b",
    "save": r"(?!.*\battach)",
    "sell": r"(?:off|through|out)\b|.*\b(?:remaining|left)\b",
    "send": rf"(?!.*\b(?:lists?|addresses|customers)\b)(?:{_THE}(?:{_FINDING}|{_GOODS})|{_WHO}|.*\bback\b|it\b|them\b)",
    "set": rf"{_NOT_ALL}(?!.*(?:\b100\s?%|\bunlimited\b|\bzero\b))",
    "share": rf"(?!.*\b(?:lists?|addresses)\b){_THE}{_FINDING}",
    "ship": r".*\b(?:after|once|only|until|first|when|separately|before)\b",
    "spend": r".*\b(?:time|effort)\b",
    "stock": r"(?!(?:no\b|nothing))",
    "suspend": rf"{_NOT_ALL}{_THE}(?:{_TRADE}|comparisons?\b){_UNTIL_KNOWN}",
    "switch": r"(?!.*\boff\b)",
    "take": r"(?:care|account|note|stock|into|out|up|time|seriously|action|steps|advantage)\b"
    rf"|{_THE}(?:[\w-]+\s+){{0,2}}?(?:look|measure(?:ment)?|reading|sample|decision|step|break|note|average|median|mean)s?\b"
    r"|.*\b(?:seriously|into\s+account|with\s+caution|as\s+a\s+(?:hint|sign|warning))\b",
    "tell": rf"(?:{_WHO}|(?:the|its|their|whoever)\s*(?:[\w-]+\s+)?"
    r"(?:senders?|suppliers?|teams?|buyers?|shops?|users?|owners?|customers?|sent)\b)",
    "transfer": rf"{_THE}(?:\d+\s+)?{_GOODS}",
    "truncate": rf"{_NOT_ALL}{_THE}(?:[\w-]+\s+)?(?:notes?|texts?|names?|descriptions?|values?|decimals?|timestamps?)\b.*\bto\b",
    "trust": r"(?:the\s+)?(?:median|mean|latest|daily|longer|larger|figures|average)\b",
    "turn": r"(?!.*\boff\b)",
    "upload": r".*\b(?:again|corrected|complete|whole|new\s+file)\b(?!.*\bserver\b)",
    "visit": r"(?!.*\bportal\b)",
    "withhold": rf"(?!.*\bfrom\b){_THE}(?:[\w-]+\s+)?(?:figures?|report|results?|summary|numbers|chart)\b{_UNTIL_KNOWN}",
    "write": r"(?!that\b|\"|.*\breviews?\b)",
    **dict.fromkeys(
        ("submit", "re-submit", "resubmit", "redeliver", "re-upload", "reupload"), rf"{_NOBODY}{_HERE}{_AGAIN}{_DATA}"
    ),
    **dict.fromkeys(("reprocess", "re-process", "reingest"), rf"{_MENDED}{_DATA}"),
    **dict.fromkeys(("enter", "re-enter", "reenter", "retype", "re-type"), _ENTERED),
}
"""Of some, only with what an analysis speaks of: verb → what may stand behind it, from its beginning."""
