"""What the home page says before an editor changes it, in the three languages."""

WELCOME = {
    "it": {
        "title": "La Toscana che si ascolta",
        "lead": (
            "Boschi dove si cammina piano, borghi dove qualcuno apre la porta, mani che "
            "tessono, impastano e raccontano. Scegli un'esperienza con chi vive qui, "
            "prenota in due minuti e parti senza fretta."
        ),
    },
    "en": {
        "title": "The Tuscany you can hear",
        "lead": (
            "Forests to walk through slowly, villages where somebody opens the door, hands "
            "that weave, knead and tell stories. Choose an experience with the people who "
            "live here, book it in two minutes, and come without hurry."
        ),
    },
    "zh-Hans": {
        "title": "静下来，听见托斯卡纳",
        "lead": (
            "在古老的森林里慢慢走，在小镇上有人为你打开家门，看一双双手织布、揉面、讲故事。"
            "跟着住在这里的人去体验：两分钟完成预订，从从容容出发。"
        ),
    },
}
