"""A mini-site to begin with: four days in the Casentino by train, in the three languages."""

from typing import Any

SLUG = "casentino-in-treno"
PLACES = ("castle", "hermitage", "monastery", "sanctuary", "museum")
"""Kinds of place that it points to."""
TITLE = "Quattro giorni in Casentino, in treno"
LEAD = (
    "Da Arezzo parte un treno piccolo che risale la valle fino a Stia. Scendi dove vuoi: un "
    "castello, un telaio, una foresta che qualcuno cura da mille anni."
)


def body(products: list[str], places: list[str]) -> list[dict[str, Any]]:
    """Return the blocks of the sample.

    Args:
        products: Slugs of the products that it invites to.
        places: Slugs of places worth a visit.

    """
    return [
        {
            "type": "words",
            "value": {
                "heading": "Una valle che si percorre piano",
                "text": (
                    "<p>Il Casentino sta fra Firenze e Arezzo, chiuso da due montagne e da una "
                    "foresta che è parco nazionale. Non ha autostrade né grandi alberghi. Ha "
                    "pievi romaniche, castelli dei conti Guidi e botteghe dove si lavora "
                    "ancora con le mani.</p>"
                ),
            },
        },
        {
            "type": "quote",
            "value": {
                "words": "Chi arriva in treno ha già cominciato a rallentare.",
                "who": "Una guida della valle (demo)",
            },
        },
        {
            "type": "products",
            "value": {"heading": "Scegli il tuo primo giorno", "products": products},
        },
        {"type": "map", "value": {"heading": "Dove siamo", "area": "casentino"}},
        *(
            [{"type": "places", "value": {"heading": "Da non perdere", "places": places}}]
            if places
            else []
        ),
        {
            "type": "getting_there",
            "value": {
                "heading": "Come arrivare senza auto",
                "ways": [
                    {
                        "by": "In treno",
                        "how": "Da Firenze o Roma fino ad Arezzo, poi la linea Arezzo–Stia: le "
                        "fermate di Bibbiena e Poppi sono a piedi dal centro.",
                    },
                    {
                        "by": "In autobus",
                        "how": "Da Bibbiena partono gli autobus per Camaldoli e la Verna. La "
                        "domenica sono pochi: controlla l'orario il giorno prima.",
                    },
                    {
                        "by": "A piedi",
                        "how": "I sentieri del parco cominciano alle stazioni di Poppi e di "
                        "Stia.",
                    },
                ],
            },
        },
        {
            "type": "questions",
            "value": {
                "heading": "Le domande di tutti",
                "questions": [
                    {
                        "question": "Quando è il momento giusto?",
                        "answer": "Maggio per i prati, ottobre per le faggete rosse. D'estate "
                        "nel bosco fa fresco.",
                    },
                    {
                        "question": "Si può venire con i bambini?",
                        "answer": "Sì: ogni esperienza dice da che età è adatta e quanto si "
                        "cammina.",
                    },
                ],
            },
        },
        {
            "type": "call_to_action",
            "value": {
                "words": "Ogni gruppo è piccolo: prenota il tuo posto.",
                "button": "Vedi le esperienze",
            },
        },
    ]


_PAIRS = [
    (
        TITLE,
        "Four days in the Casentino, by train",
        "乘火车，在卡森蒂诺慢游四天",
    ),
    (
        LEAD,
        "From Arezzo a small train climbs the valley as far as Stia. Get off wherever you "
        "like: a castle, a loom, a forest that has been cared for during a thousand years.",
        "一列小火车从阿雷佐出发，沿山谷一直开到斯蒂亚。想在哪站下都行：一座城堡、一台织机，"
        "或是一片被人守护了千年的森林。",
    ),
    (
        "Una valle che si percorre piano",
        "A valley to be travelled slowly",
        "适合慢慢走的山谷",
    ),
    (
        "Il Casentino sta fra Firenze e Arezzo, chiuso da due montagne e da una foresta che è "
        "parco nazionale. Non ha autostrade né grandi alberghi. Ha pievi romaniche, castelli "
        "dei conti Guidi e botteghe dove si lavora ancora con le mani.",
        "The Casentino lies between Florence and Arezzo, enclosed by two mountains and by a "
        "forest that is a national park. It has no motorway and no large hotels. It has "
        "Romanesque churches, castles of the Guidi counts, and workshops where people still "
        "work with their hands.",
        "卡森蒂诺位于佛罗伦萨与阿雷佐之间，被两座山和一片国家公园森林环抱。这里没有高速公路，"
        "也没有大型酒店，有的是罗马式乡村教堂、圭迪伯爵的城堡，以及至今仍靠双手劳作的工坊。",
    ),
    (
        "Chi arriva in treno ha già cominciato a rallentare.",
        "Who comes by train has already begun to slow down.",
        "坐火车来的人，已经开始慢下来了。",
    ),
    (
        "Una guida della valle (demo)",
        "A guide of the valley (demo)",
        "一位山谷里的向导（演示）",
    ),
    ("Scegli il tuo primo giorno", "Choose your first day", "选好你的第一天"),
    ("Dove siamo", "Where we are", "我们在哪里"),
    ("Da non perdere", "Not to be missed", "值得一去的地方"),
    ("Come arrivare senza auto", "How to come without a car", "不开车怎么来"),
    ("In treno", "By train", "乘火车"),
    (
        "Da Firenze o Roma fino ad Arezzo, poi la linea Arezzo–Stia: le fermate di Bibbiena e "
        "Poppi sono a piedi dal centro.",
        "From Florence or Rome to Arezzo, then the Arezzo–Stia line: the stops of Bibbiena and "
        "Poppi are a walk from the centre.",
        "从佛罗伦萨或罗马乘火车到阿雷佐（Arezzo），换乘阿雷佐—斯蒂亚线；比比耶纳（Bibbiena）站和"
        "波皮（Poppi）站步行即可到市中心。",
    ),
    ("In autobus", "By bus", "乘公交车"),
    (
        "Da Bibbiena partono gli autobus per Camaldoli e la Verna. La domenica sono pochi: "
        "controlla l'orario il giorno prima.",
        "Buses leave Bibbiena for Camaldoli and La Verna. There are few on Sundays: check the "
        "times the day before.",
        "从比比耶纳有公交车开往卡马尔多利和拉韦尔纳。周日班次很少，请提前一天查询。",
    ),
    ("A piedi", "On foot", "步行"),
    (
        "I sentieri del parco cominciano alle stazioni di Poppi e di Stia.",
        "The paths of the park begin at the stations of Poppi and Stia.",
        "公园步道就从波皮站和斯蒂亚站开始。",
    ),
    ("Le domande di tutti", "What everybody asks", "大家常问"),
    ("Quando è il momento giusto?", "When is the right moment?", "什么时候来合适？"),
    (
        "Maggio per i prati, ottobre per le faggete rosse. D'estate nel bosco fa fresco.",
        "May for the meadows, October for the red beech woods. In summer it is cool in the "
        "forest.",
        "五月看草甸，十月看染红的山毛榉林。夏天的林子里很凉爽。",
    ),
    ("Si può venire con i bambini?", "Can we bring children?", "可以带孩子来吗？"),
    (
        "Sì: ogni esperienza dice da che età è adatta e quanto si cammina.",
        "Yes: each experience says from which age it is suitable and how far you walk.",
        "可以。每项体验都写明了适合的年龄和步行路程。",
    ),
    (
        "Ogni gruppo è piccolo: prenota il tuo posto.",
        "Every group is small: book your place.",
        "每团人数不多，请先订好你的位置。",
    ),
    ("Vedi le esperienze", "See the experiences", "查看体验"),
    (SLUG, "casentino-by-train", "casentino-huoche"),
]
WORDS = {
    "en": {it: en for it, en, _ in _PAIRS},
    "zh-Hans": {it: zh for it, _, zh in _PAIRS},
}
