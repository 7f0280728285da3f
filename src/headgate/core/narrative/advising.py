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
    account act add address adjust advertise advise aggregate agree aim alert align allocate allow annotate anticipate
    append apply appraise approach arrange ascertain assemble assign assist attend average back backfill backtest
    balance base be begin benchmark beware bin bolster book boost break bring broaden browse budget build bundle
    calculate calibrate call cancel cap capture carry cater center centre charge chart chase choose cite classify
    clean clear close coach collect combine come communicate compile complete compress concentrate conduct consider
    consolidate consult contain continue control convert convey coordinate correct cover create cross curb curtail cut
    decide decompose decrease dedicate deduplicate deepen defer define delay delegate delete deliver demonstrate
    describe design detail develop devote differentiate dig direct discontinue discount discuss display distinguish
    distribute diversify do document double draw drill drop ease elevate eliminate email emphasise emphasize encourage
    engage enhance enlarge enquire enrich ensure equip establish estimate exclude expand expect explain exploit extend
    extract extrapolate factor favor favour feature fetch fill filter fine-tune fit fix flatten focus forecast
    formalise formalize format foster frame free gather gauge get give go group grow guard halve handle harmonise
    harmonize have help highlight hold ignore implement import improve incentivise incentivize include incorporate
    increase inquire instruct interpolate interpret interview introduce invite isolate itemise itemize join judge keep
    kick label launch lean learn leave let level leverage liaise limit link load localise localize locate loosen lower
    maintain make manage map mark market match meet mend merge mind minimise minimize mix model motivate move name
    narrow negotiate normalise normalize note nudge nurture obtain offer offset omit open optimise optimize order
    organise organize outline package pair partner pass patch pay perform phase phone pick pilot pinpoint place plan
    plot plug point position postpone prefer prepare preserve prevent price prioritise prioritize proceed process
    procure produce promote protect provide publish pull push put quantify raise ramp rank rationalise rationalize
    re-evaluate re-export re-import re-measure re-order re-price re-read re-run re-test reach react read rearrange
    reassess rebalance rebuild recalculate recalibrate recommend recompute reconsider record recount recover redesign
    redistribute redo reduce refer refine refit reflect refocus reformat refresh regard reinforce reject relabel
    relate relay reload rely remember remove rename reorder repair repeat replace replan replay replenish reply
    reposition reprice reproduce reread rerun resample resend reserve resize resolve respect respond restock restore
    restructure resupply retain retake rethink retrain retry return revalidate revise revisit reward rework rewrite
    rotate round rule run salvage sample save scale scan schedule screen secure seek segment select sell send separate
    service set share sharpen shift ship shorten show simplify simulate single slow smooth solicit solve sort source
    speak spend split spot spread stabilise stabilize stagger standardise standardize start state stay steer stick
    stock store streamline strengthen stress strip strive structure substitute subtract suggest sum summarise
    summarize supervise supplement supply support surface sustain swap switch synchronise synchronize tabulate tackle
    tag tailor take talk taper target temper thank think tidy tie tighten time train transfer transform translate
    treat triage trial trim troubleshoot trust try tune turn uncover underline understand unify unpack unzip update
    upgrade upload use utilise utilize value vary vet visit voice wait wean wear weigh weight widen work wrap write
    zip
"""
ADVISES = LOOKS | frozenset(_ADVISES.split())
"""What follows from figures: looking, mending data, waiting, planning, stocking, pricing, talking to people."""

_ORDERS = """
    abandon abolish accept acquire activate admit adopt advance announce apologise apologize appoint approve arrest
    attack auction authorise authorize award ban believe bet bill blacklist block borrow boycott bribe buy bypass
    certify cheat commit compensate conceal confess confiscate connect copy credit deactivate deceive declare decline
    demand demote deny deposit destroy disable discharge disclose disconnect dismiss dispatch disregard donate
    download dump edit employ empower empty enable end enrol enroll enter erase evacuate evict exempt exit expel
    export expose fake finance fire forbid force forget forgive forward freeze fund grant hack hand harm hide hire
    hurt impose inject install invest invoice issue kill leak lease lend liquidate lock log mail mislead obey override
    overrule overwrite pardon permit persuade pledge post praise press print proclaim prohibit promise prosecute
    punish purchase purge quarantine rate reboot recall recruit refund register reimburse relax release relocate remit
    renounce rent repay replicate reset restart restrict resume retire retract reveal revoke roll sabotage seize
    settle short shut sign silence sponsor steal submit subscribe sue suppress surrender suspend terminate text
    threaten throw trade type uninstall unlock unmask unplug unsubscribe vaccinate void vote vouch waive warn
    whitelist wipe wire withdraw withhold
"""
ORDERS = frozenset(_ORDERS.split())
"""Whoever reads these at the beginning of a sentence reads an order. There are others, too: see `imperatives`."""

LEAVES_OFF = frozenset(("avoid", "cease", "halt", "pause", "quit", "refrain", "skip", "stop"))
"""To do what an analysis advises may be left off as well, but no look at something."""

_ALSO_NOUNS = """
    add advance attack award ban block buy call clear close commit copy credit cut decline demand deposit discharge
    double drop dump empty end exit export finance fire force free fund grant halt hand harm issue launch leak lease
    log mail move open order pause post press print promise purchase rate recall refund register reject release rent
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
ONLY_WITH = {
    "add": r"(?!.*\b(?:sentences?|words?|lines?|texts?|links?)\b)",
    "allow": r"(?:for|more|extra|enough|time)\b",
    "assign": _WHO,
    "call": r"(?!.*\b(?:ambulances?|police|hotlines?|helplines?|numbers?|lines?|code)\b)",
    "cancel": r".*\bif\b",
    "charge": rf"{_THE}(?:[\w-]+\s+)?(?:devices?|sensors?|batter(?:y|ies)|monitors?|watch(?:es)?)",
    "clear": r"(?:up|out)\b",
    "close": r"(?:the\s+)?(?:gaps?|day|week|month|session)\b",
    "cut": _NOT_ALL,
    "discontinue": _NOT_ALL,
    "double": r"the\s+(?:usual|mean|average|median)\b|.*\b(?:stock|orders|units|supply|space|number)\b",
    "drop": rf"{_NOT_ALL}(?!.*\b(?:charges?|rows|checks?|contract|rules?)\b)",
    "email": rf"{_THE}(?:senders?|suppliers?|customers?)\b(?!.*\b(?:lists?|addresses)\b)",
    "extract": rf"{_THE}(?:[\w-]+\s+)?(?:table|column|text|picture|page|date|rows?)s?\b",
    "free": r"up\b",
    "give": r"(?!.*\b(?:free|away)\b).*\b(?:priority|prominence|preference|attention|weight|space|room|time|reasons?|look|thought)\b",
    "go": r"(?:through|over|back|on|into)\b",
    "ignore": r".*\b(?:when|for|in|from)\s+(?:the\s+)?(?:mean|average|median|judging|calculating|computing|comparing|trend)",
    "join": rf"{_THE}(?:[\w-]+\s+)?(?:tables?|files?|facts?|columns?)\b",
    "launch": r".*\b(?:promotion|campaign|survey|trial|pilot|offer|review)s?\b",
    "let": rf"(?:{_WHO}|.*\b(?:know|check|look|read|confirm|explain)\b)",
    "make": r"(?!.*\b(?:exceptions?|payments?|transfers?|deposits?|donations?)\b)",
    "leave": r"(?!.*\balone\b)",
    "move": r".*\b(?:top|front|closer|up|lists?|shelf|shelves|forward|next\s+to)\b",
    "open": r"(?!.*\b(?:shared|linked|enclosed|attached|sent|portal|document)\b)"
    rf"{_THE}(?:[\w-]+\s+)?(?:file|picture|image|archive|table)s?\b",
    "order": r"(?!(?:no\b|nothing))",
    "pass": r".*\b(?:back|on|to)\b",
    "pay": r"(?!no\b)(?:[\w-]+\s+){0,2}attention\b",
    "phone": rf"{_THE}(?:senders?|suppliers?|customers?|buyers?)\b",
    "provide": r"(?!.*\b(?:lists?|addresses|names)\b)",
    "publish": r".*\b(?:schema|format|figures?|summary|contract|definitions?)\b(?!.*\b(?:customers?|names|addresses)\b)",
    "put": r"(?!.*\b(?:savings|money|funds|cash)\b)"
    r".*\b(?:aside|hold|watch[\s-]?list|list|off|first|forward|shelf|shelves|front|place|focus|emphasis|display|sale)\b",
    "reject": r".*\b(?:if|unless|until)\b",
    "replace": rf"{_NOT_ALL}|.*\b(?:devices?|sensors?|straps?|batter(?:y|ies)|missing|empty|values?|cells?)\b",
    "report": rf"(?!.*\b(?:police|authorities)\b){_THE}{_FINDING}",
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
    "switch": r"(?!.*\boff\b)",
    "take": r"(?:care|account|note|stock|into|out|up|time|seriously|action|steps|advantage)\b"
    rf"|{_THE}(?:[\w-]+\s+){{0,2}}?(?:look|measure(?:ment)?|reading|sample|decision|step|break|note|average|median|mean)s?\b"
    r"|.*\b(?:seriously|into\s+account|with\s+caution|as\s+a\s+(?:hint|sign|warning))\b",
    "tell": rf"(?:{_WHO}|(?:the|its|their|whoever)\s*(?:[\w-]+\s+)?"
    r"(?:senders?|suppliers?|teams?|buyers?|shops?|users?|owners?|customers?|sent)\b)",
    "transfer": rf"{_THE}(?:\d+\s+)?{_GOODS}",
    "trust": r"(?:the\s+)?(?:median|mean|latest|daily|longer|larger|figures|average)\b",
    "turn": r"(?!.*\boff\b)",
    "upload": r".*\b(?:again|corrected|complete|whole|new\s+file)\b(?!.*\bserver\b)",
    "visit": r"(?!.*\bportal\b)",
    "write": r"(?!that\b|\"|.*\breviews?\b)",
}
"""Of some, only with what an analysis speaks of: verb → what may stand behind it, from its beginning."""
