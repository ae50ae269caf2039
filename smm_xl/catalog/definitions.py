"""THE definitions, data only: the dimensions, the fields that users type in, and the KPIs that follow from them.

A new KPI is one entry here; every surface is made from these lists. Formulas, directions and names follow the article
"Какие KPI в SMM" and the usage of the field; where the two differ both are here under different names.
"""

from __future__ import annotations

from smm_xl.catalog.kpi import OMITTED, Better, Derivation, Dimension, Example, Field, Group, Kpi, Limits, Total, Unit
from smm_xl.formula import Least, largest, over_rows
from smm_xl.language import Text

# --- dimensions -----------------------------------------------------------------------------------------------------

DIMENSIONS = (
    Dimension(
        "date",
        Text("Date", "Дата"),
        (
            "day",
            "день",
            "reporting date",
            "publish time",
            "дата публикации",
            "video publish time",
            "время публикации видео",
            "дата визита",
            "timestamp",
            "posted at",
            "stat time day",
            "stat time hour",
            "jour",
            "datum",
            "fecha",
            "tanggal",
            "data",
            "tag",
            "start date in utc",
            "published",
        ),
    ),
    Dimension("period", Text("Period", "Период"), ("month", "месяц", "quarter", "квартал", "year", "год")),
    # The first and the last day of a row; together they are its period
    Dimension(
        "starts",
        Text("Reporting starts", "Начало периода"),
        (
            "дата начала отчетности",
            "inicio dos relatorios",
            "início dos relatórios",
            "period start",
            "start date",
            "début des rapports",
            "inicio del informe",
            "дата начала",
        ),
    ),
    Dimension(
        "ends",
        Text("Reporting ends", "Конец периода"),
        (
            "дата окончания отчетности",
            "término dos relatórios",
            "encerramento dos relatórios",
            "period end",
            "end date",
            "fin des rapports",
            "fin del informe",
            "дата окончания",
        ),
    ),
    Dimension("channel", Text("Channel", "Канал"), ("platform", "network", "social network", "площадка", "соцсеть", "социальная сеть")),
    Dimension(
        "campaign",
        Text("Campaign", "Кампания"),
        (
            "campaign name",
            "название кампании",
            "рекламная кампания",
            "nom de la campagne",
            "nome da campanha",
            "nombre de la campaña",
            "kampagne",
            "kampagnenname",
        ),
        second=("campaign id", "id кампании", "№ кампании", "номер кампании"),
    ),
    Dimension(
        "post",
        Text("Post", "Публикация"),
        ("пост", "публикации", "shortcode", "video title", "название видео"),
        best=("post id", "tweet id", "id поста", "id публикации", "media id"),
        second=("permalink", "tweet permalink", "ссылка на пост", "post link", "post url"),
    ),
    Dimension("currency", Text("Currency", "Валюта"), ("currency code", "account currency", "валюта аккаунта", "код валюты", "moeda", "devise", "währung")),
)

# Lengths of time that a report may be grouped by, beside the dimensions; rows need a date or a period for them
GRAINS = {"month": Text("Month", "Месяц"), "quarter": Text("Quarter", "Квартал"), "year": Text("Year", "Год")}

# --- fields ---------------------------------------------------------------------------------------------------------

spend = Field(
    "spend", Text("Ad spend", "Расход на рекламу"), Unit.MONEY, typed_on=("channels", "campaigns"), has_credits=True,
    aliases=("spent", "cost", "costs", "amount spent", "ad cost", "ad costs", "расход", "расходы", "затраты", "затраты на рекламу",
             "рекламный расход", "потрачено", "потрачено всего", "сумма затрат", "total spent", "money spent", "montant dépensé", "valor usado",
             "valor gasto", "importe gastado", "ausgegebener betrag", "biaya", "cost local", "cost in usd", "spend in account currency", "общий расход",
             "расход с ндс", "расход без ндс"),
)  # fmt: skip
content_cost = Field(
    "content_cost", Text("Content cost", "Затраты на контент"), Unit.MONEY, typed_on=("channels",),
    aliases=("content costs", "контент", "расходы на контент", "cost of content"),
)  # fmt: skip
tools_cost = Field(
    "tools_cost", Text("Cost of tools", "Затраты на сервисы"), Unit.MONEY, typed_on=("channels",),
    aliases=("tools", "tool costs", "сервисы", "расходы на сервисы"),
)  # fmt: skip
hours = Field(
    "hours", Text("Hours worked", "Трудозатраты, ч"), Unit.HOURS, typed_on=("effort",),
    aliases=("working hours", "часы", "трудозатраты", "отработано часов"),
)  # fmt: skip
hourly_rate = Field(
    "hourly_rate", Text("Hourly rate", "Ставка за час"), Unit.MONEY, Total.RATE, typed_on=("effort",),
    aliases=("rate per hour", "часовая ставка", "ставка", "ставка часа", "стоимость часа"),
)  # fmt: skip
labour_cost = Field(
    "labour_cost", Text("Labour cost", "Стоимость труда"), Unit.MONEY, aliases=("labor cost", "затраты на труд", "оплата труда", "фот"),
    derived=(Derivation(over_rows(hours * hourly_rate)),),
)  # fmt: skip
total_cost = Field(
    "total_cost", Text("Full cost of SMM", "Полные затраты на SMM"), Unit.MONEY, aliases=("full cost", "полные затраты", "все затраты"),
    derived=(Derivation(spend + labour_cost + content_cost + tools_cost, optional=(spend, labour_cost, content_cost, tools_cost)),),
)  # fmt: skip
budget = Field(
    "budget", Text("Ad budget planned", "Бюджет (план)"), Unit.MONEY, typed_on=("channels",),
    aliases=("planned budget", "плановый бюджет", "план бюджета"),
)  # fmt: skip
revenue = Field(
    "revenue", Text("Revenue", "Выручка"), Unit.MONEY, limits=Limits.ANY, typed_on=("channels", "campaigns"),
    aliases=("total revenue", "sales revenue", "доход", "оборот", "сумма продаж", "purchase revenue", "conv. value", "conversion value", "conversion values",
             "purchases conversion value", "purchase conversion value", "purchase value", "total conversion value", "ценность конверсий",
             "ценность конверсий покупка"),
)  # fmt: skip
margin = Field("margin", Text("Margin", "Маржинальность"), Unit.SHARE, Total.RATE, Limits.FRACTION, aliases=("gross margin", "маржа", "доля маржи"))
gross_profit = Field(
    "gross_profit", Text("Gross profit", "Валовая прибыль"), Unit.MONEY, limits=Limits.ANY, aliases=("profit", "прибыль"),
    derived=(Derivation(revenue * margin),),
)  # fmt: skip

impressions = Field(
    "impressions", Text("Impressions", "Показы"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("impr", "impression", "показы рекламы", "# of impressions", "impression count", "impressões", "impressionen", "impresiones"),
)  # fmt: skip
views = Field(
    "views", Text("Views", "Просмотры"), Unit.COUNT, typed_on=("channels", "posts"),
    aliases=("view", "просмотры постов", "просмотры публикаций", "просмотров", "view count", "viewcount", "video view count", "aufrufe", "visualizações",
             "просмотры видео"),
)  # fmt: skip
reach = Field("reach", Text("Unique reach", "Охват (уникальный)"), Unit.COUNT, Total.UNIQUE, typed_on=("channels",), aliases=(
    "охват", "уникальный охват", "полный охват", "facebook page reach", "instagram reach", "alcance", "total reach", "couverture", "reichweite",
))  # fmt: skip
post_reach = Field(
    "post_reach", Text("Reach of each post", "Охват публикаций"), Unit.COUNT, typed_on=("posts",),
    aliases=("post reach", "охват поста", "охват публикации", "охват постов"),
)  # fmt: skip
clicks = Field(
    "clicks", Text("Clicks", "Клики"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("link clicks", "click", "клики по ссылке", "переходы", "переходы из соцсетей", "кликов", "inline link clicks", "url clicks", "click count",
             "clicks destination", "cliques no link", "clics sur un lien", "clics en el enlace", "link klicks", "# of website clicks", "website clicks"),
    second=("outbound clicks", "исходящие клики"),
)  # fmt: skip
visits = Field(
    "visits", Text("Visits to the site", "Визиты на сайт"), Unit.COUNT, typed_on=("channels",),
    aliases=("visit", "sessions", "визиты", "сеансы", "посещения"),
)  # fmt: skip
social_visits = Field(
    "social_visits", Text("Visits from social networks", "Визиты из соцсетей"), Unit.COUNT, aliases=("social traffic", "трафик из соцсетей"),
    derived=(Derivation(visits), Derivation(clicks)),
)  # fmt: skip
all_visits = Field(
    "all_visits", Text("All visits of the site", "Все визиты сайта"), Unit.COUNT, Total.SITE, typed_on=("channels",),
    aliases=("total visits", "all traffic", "весь трафик", "всего визитов"),
)  # fmt: skip

likes = Field(
    "likes", Text("Likes", "Лайки"), Unit.COUNT, typed_on=("channels", "posts"), aliases=("like", "reactions", "лайк", "реакции", "like count", "likecount")
)
comments = Field(
    "comments",
    Text("Comments", "Комментарии"),
    Unit.COUNT,
    typed_on=("channels", "posts"),
    aliases=("comment", "комментариев", "comment count", "commentcount"),
)
reposts = Field(
    "reposts", Text("Reposts", "Репосты"), Unit.COUNT, typed_on=("channels", "posts"),
    aliases=("shares", "repost", "copies", "репостов", "поделились", "retweets", "retweet count", "retweetcount", "рассказали друзьям", "share count"),
)  # fmt: skip
saves = Field("saves", Text("Saves", "Сохранения"), Unit.COUNT, typed_on=("channels", "posts"), aliases=("saved", "сохранили", "сохранений"))
engagements = Field(
    "engagements", Text("Engagements", "Вовлечения (фидбек)"), Unit.COUNT, aliases=("engagement", "interactions", "вовлечения", "фидбек", "взаимодействия"),
    derived=(Derivation(likes + comments + reposts + saves, optional=(saves,), by_channel=True),),
)  # fmt: skip

followers_end = Field(
    "followers_end", Text("Followers at the end", "Подписчики на конец"), Unit.COUNT, Total.LAST, other_names=("followers",), typed_on=("channels",),
    aliases=("подписчики", "подписчиков", "подписчики на конец периода", "followers at the end of the period", "подписчиков на конец", "subscribers",
             "total followers", "followers count", "abonnenten", "inscritos"),
)  # fmt: skip
followers_start = Field(
    "followers_start", Text("Followers at the start", "Подписчики на начало"), Unit.COUNT, Total.FIRST, typed_on=("channels",),
    aliases=("подписчики на начало периода", "followers at the start of the period", "подписчиков на начало"),
)  # fmt: skip
new_followers = Field(
    "new_followers", Text("New followers", "Новые подписчики"), Unit.COUNT, typed_on=("channels",),
    aliases=("subscribed", "follows", "подписались", "новых подписчиков", "подписки", "вступили", "new facebook page likes", "new instagram followers",
             "followers gained"),
)  # fmt: skip
unfollows = Field(
    "unfollows", Text("Unfollows", "Отписки"), Unit.COUNT, typed_on=("channels",),
    aliases=("unsubscribed", "unfollowers", "отписались", "отписок", "вышли", "followers lost"),
)  # fmt: skip
net_followers = Field(
    "net_followers", Text("Net new followers", "Чистый прирост подписчиков"), Unit.COUNT, limits=Limits.ANY, aliases=("чистый прирост",),
    derived=(Derivation(new_followers - unfollows), Derivation(followers_end - followers_start)),
)  # fmt: skip

leads = Field(
    "leads", Text("Leads", "Лиды (заявки)"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("lead", "лиды", "заявки", "заявок", "лидов", "кол-во лидов", "количество лидов", "one click leads", "количество заявок", "кол-во заявок"),
    second=("messaging conversations started", "начатые переписки"),
    is_attributed=True,
)  # fmt: skip
conversions = Field(
    "conversions", Text("Conversions", "Конверсии (целевые действия)"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("conversion", "conv", "key events", "конверсии", "целевые действия", "достижения цели"),
    is_attributed=True,
)  # fmt: skip
customers = Field(
    "customers", Text("Customers acquired", "Привлечено клиентов"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("customer", "new customers", "клиенты", "новые клиенты", "клиентов"),
    is_attributed=True,
)  # fmt: skip
orders = Field(
    "orders", Text("Orders", "Заказы"), Unit.COUNT, typed_on=("channels", "campaigns"),
    aliases=("order", "purchases", "purchase", "заказов", "покупки", "продажи", "transactions", "# of purchase", "achats", "compras"),
    is_attributed=True,
)  # fmt: skip
orders_per_customer = Field(
    "orders_per_customer", Text("Orders per customer", "Заказов на клиента"), Unit.RATIO, Total.RATE, aliases=("purchases per customer", "покупок на клиента")
)
aov = Field(
    "aov", Text("Average order value", "Средний чек"), Unit.MONEY, Total.RATE, Limits.ANY, aliases=("average order", "average check"),
    derived=(Derivation(revenue / orders),),
)  # fmt: skip
ltv = Field(
    "ltv", Text("Customer lifetime value (LTV)", "LTV (ценность клиента)"), Unit.MONEY, Total.RATE, Limits.ANY, aliases=("clv", "пожизненная ценность клиента"),
    derived=(Derivation(aov * orders_per_customer * margin),),
)  # fmt: skip
cac = Field(
    "cac", Text("Customer acquisition cost, given", "CAC (заданная)"), Unit.MONEY, Total.RATE,
    derived=(Derivation(spend / customers),),
)  # fmt: skip

posts = Field(
    "posts", Text("Posts published", "Публикаций"), Unit.COUNT, typed_on=("channels",),
    aliases=("number of posts", "опубликовано", "кол-во публикаций", "кол-во постов", "количество постов", "постов"),
)  # fmt: skip
posts_planned = Field(
    "posts_planned", Text("Posts planned", "Публикаций по плану"), Unit.COUNT, typed_on=("channels",),
    aliases=("planned posts", "план публикаций", "план постов"),
)  # fmt: skip
days = Field("days", Text("Days of the period", "Дней в периоде"), Unit.DAYS, Total.CALENDAR, aliases=("number of days", "дней", "дни"))
answered = Field(
    "answered",
    Text("Messages answered", "Обращений отвечено"),
    Unit.COUNT,
    typed_on=("channels",),
    aliases=("replies", "reply count", "replycount", "отвечено", "ответы"),
)
incoming = Field(
    "incoming", Text("Messages received", "Обращений получено"), Unit.COUNT, typed_on=("channels",),
    aliases=("incoming messages", "received", "обращения", "входящие"),
)  # fmt: skip

# In the order in which the input sheets of the workbook ask for them
FIELDS = (
    followers_start, followers_end, new_followers, unfollows, net_followers, posts, posts_planned,
    impressions, post_reach, views, reach, likes, comments, reposts, saves, engagements,
    clicks, visits, social_visits, all_visits,
    leads, conversions, customers, orders, orders_per_customer,
    revenue, margin, gross_profit, aov, ltv, cac,
    spend, budget, content_cost, tools_cost, labour_cost, total_cost,
    hours, hourly_rate, days, incoming, answered,
)  # fmt: skip

# --- KPIs -----------------------------------------------------------------------------------------------------------

KPIS = (
    # by results
    Kpi("followers", Text("Followers at the end of the period", "Подписчики на конец периода"),
        Text("Accounts that follow at the end of the period; over channels accounts are added, not people.",
             "Сколько аккаунтов подписано на конец периода; по каналам складываются аккаунты, а не люди."),
        followers_end, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("new_followers", Text("New followers", "Новые подписчики"),
        Text("Accounts that followed in the period, before unfollows.", "Сколько аккаунтов подписалось за период, без вычета отписок."),
        new_followers, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("unfollows", Text("Unfollows", "Отписки"),
        Text("Accounts that stopped following in the period.", "Сколько аккаунтов отписалось за период."),
        unfollows, Unit.COUNT, Better.LOWER, Group.RESULTS, has_function=False, article=True),
    Kpi("net_followers", Text("Net new followers", "Чистый прирост подписчиков"),
        Text("New followers less unfollows; below zero when the audience shrinks.",
             "Новые подписчики минус отписки; меньше нуля, если аудитория убывает."),
        net_followers, Unit.COUNT, Better.HIGHER, Group.RESULTS,
        example=Example("150, 40", "110.0")),
    Kpi("growth_rate", Text("Follower growth rate (the article's)", "Темп прироста подписчиков (по статье)"),
        Text("New followers over all followers, as the article has it: gross, it shows growth even while the audience shrinks. For the net rate use SMM_NET_GROWTH_RATE.",
             "Новые подписчики к числу подписчиков, как в статье: без вычета отписок, поэтому растёт и при убывающей аудитории. Чистый темп: SMM_NET_GROWTH_RATE."),
        new_followers / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="new_followers, followers", article=True,
        example=Example("150, 5000", "0.03")),
    Kpi("net_growth_rate", Text("Net follower growth rate", "Чистый темп прироста подписчиков"),
        Text("Change of followers over the period divided by followers at its start.",
             "Изменение числа подписчиков за период, делённое на их число в начале."),
        (followers_end - followers_start) / followers_start, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        takes="followers_start, followers_end",
        example=Example("1000, 1210", "0.21")),
    Kpi("churn_rate", Text("Unfollow rate (churn)", "Доля отписок (отток)"),
        Text("Unfollows divided by followers at the start of the period.", "Отписки, делённые на число подписчиков в начале периода."),
        unfollows / followers_start, Unit.SHARE, Better.LOWER, Group.RESULTS, article=True,
        example=Example("40, 1000", "0.04")),
    Kpi("total_views", Text("Total views (the article's reach)", "Суммарный охват (просмотры)"),
        Text("Views of all posts added up, which the article calls reach: views, not unique people. Unique reach is SMM_REACH.",
             "Сумма просмотров всех публикаций; статья называет её охватом. Это просмотры, а не люди. Уникальный охват: SMM_REACH."),
        views, Unit.COUNT, Better.HIGHER, Group.RESULTS, article=True,
        example=Example("[[800], [1200]]", "2000.0")),
    Kpi("impressions", Text("Impressions", "Показы"),
        Text("How often posts and ads were shown.", "Сколько раз показаны публикации и объявления."),
        impressions, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False),
    Kpi("reach", Text("Unique reach", "Охват (уникальный)"),
        Text("People reached, counted once: the platform's own figure for exactly this period and channel. It cannot be added, so several values give #N/A.",
             "Сколько людей охвачено, каждый один раз: цифра площадки ровно за этот период и канал. Складывать нельзя: несколько значений дают #Н/Д."),
        reach, Unit.COUNT, Better.HIGHER, Group.RESULTS, article=True,
        example=Example("5000", "5000.0")),
    Kpi("reach_bounds", Text("Bounds of unique reach", "Границы охвата"),
        Text("Unique reach of several days or posts lies between the largest of them and the smaller of their sum and the impressions. Two cells: low, high.",
             "Уникальный охват нескольких дней или постов лежит между наибольшим из них и меньшим из их суммы и показов. Две ячейки: от и до."),
        reach, Unit.COUNT, Better.HIGHER, Group.RESULTS, takes="reach, impressions", defaults={"impressions": OMITTED},
        bounds=(("low", Text("Unique reach, at least", "Охват, не меньше"), largest(reach)),
                ("high", Text("Unique reach, at most", "Охват, не больше"), Least(over_rows(reach), over_rows(impressions)))),
        example=Example("[[400], [300]], [[450], [350]]", "[[400.0, 700.0]]")),
    Kpi("reach_rate", Text("Reach rate", "Доля охвата аудитории"),
        Text("Unique reach divided by followers; above 1 when posts reach people who do not follow.",
             "Уникальный охват, делённый на подписчиков; больше 1, если посты видят и не подписанные."),
        reach / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="reach, followers",
        example=Example("300, 1000", "0.3")),
    Kpi("avg_reach", Text("Average reach per post", "Средний охват публикации"),
        Text("Reach of each post added up and divided by the number of posts.", "Охваты публикаций, сложенные и делённые на число публикаций."),
        post_reach / posts, Unit.COUNT, Better.HIGHER, Group.RESULTS,
        example=Example("[[100], [300]], 2", "200.0")),
    Kpi("frequency", Text("Frequency", "Частота показов"),
        Text("Impressions divided by unique reach: how often one person saw it.",
             "Показы, делённые на уникальный охват: сколько раз в среднем увидел один человек."),
        impressions / reach, Unit.RATIO, Better.NEUTRAL, Group.RESULTS,
        example=Example("9000, 3000", "3.0")),
    Kpi("engagements", Text("Engagements (audience feedback)", "Фидбек: реакции аудитории"),
        Text("Likes, comments, reposts and saves added up; saves count 0 where a platform does not report them.",
             "Лайки, комментарии, репосты и сохранения вместе; сохранения считаются нулём, если площадка их не сообщает."),
        engagements, Unit.COUNT, Better.HIGHER, Group.RESULTS, defaults={"saves": 0.0}, article=True,
        example=Example("100, 20, 5", "125.0")),
    Kpi("likes", Text("Likes", "Лайки"),
        Text("Likes and other reactions.", "Лайки и другие реакции."),
        likes, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("comments", Text("Comments", "Комментарии"),
        Text("Comments that the audience wrote.", "Сколько комментариев написала аудитория."),
        comments, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("reposts", Text("Reposts", "Репосты"),
        Text("How often posts were passed on.", "Сколько раз публикациями поделились."),
        reposts, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("saves", Text("Saves", "Сохранения"),
        Text("How often posts were saved.", "Сколько раз публикации сохранили."),
        saves, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False),
    Kpi("er", Text("Engagement rate by followers", "Вовлечённость по подписчикам (ER)"),
        Text("Engagements divided by followers.", "Реакции аудитории, делённые на подписчиков."),
        engagements / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="engagements, followers", article=True,
        example=Example("280, 7000", "0.04")),
    Kpi("err", Text("Engagement rate by reach", "Вовлечённость по охвату (ERR)"),
        Text("Engagements divided by the reach of the posts. In Telegram ERR usually means SMM_VIEW_RATE.",
             "Реакции аудитории, делённые на охват публикаций. В Telegram под ERR обычно понимают SMM_VIEW_RATE."),
        engagements / post_reach, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("95, 400", "0.2375")),
    Kpi("er_views", Text("Engagement rate by views", "Вовлечённость по просмотрам (ERV)"),
        Text("Engagements divided by views.", "Реакции аудитории, делённые на просмотры."),
        engagements / views, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("24, 800", "0.03")),
    Kpi("er_post", Text("Engagement rate per post", "Вовлечённость на публикацию (ER post)"),
        Text("Engagements divided by followers and by the number of posts.", "Реакции аудитории, делённые на подписчиков и на число публикаций."),
        engagements / followers_end / posts, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="engagements, followers, posts",
        example=Example("120, 300, 10", "0.04")),
    Kpi("er_day", Text("Daily engagement rate", "Вовлечённость в день (ER day)"),
        Text("Engagements divided by followers and by the days of the period.", "Реакции аудитории, делённые на подписчиков и на число дней периода."),
        engagements / followers_end / days, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="engagements, followers, days",
        example=Example("310, 1000, 31", "0.01")),
    Kpi("view_rate", Text("View rate (Telegram)", "ERR Telegram (просмотры к подписчикам)"),
        Text("Average views of a post divided by followers; in Telegram this is called ERR.",
             "Средние просмотры публикации, делённые на подписчиков; в Telegram это называют ERR."),
        views / posts / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="views, posts, followers",
        example=Example("5600, 7, 2000", "0.4")),
    Kpi("love_rate", Text("Love rate", "Привлекательность (Love Rate)"),
        Text("Likes divided by followers.", "Лайки, делённые на подписчиков."),
        likes / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="likes, followers",
        example=Example("150, 5000", "0.03")),
    Kpi("talk_rate", Text("Talk rate", "Общительность (Talk Rate)"),
        Text("Comments divided by followers.", "Комментарии, делённые на подписчиков."),
        comments / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="comments, followers",
        example=Example("50, 5000", "0.01")),
    Kpi("amplification", Text("Amplification rate", "Распространение (Amplification)"),
        Text("Reposts divided by followers.", "Репосты, делённые на подписчиков."),
        reposts / followers_end, Unit.SHARE, Better.HIGHER, Group.RESULTS, takes="reposts, followers",
        example=Example("25, 5000", "0.005")),
    Kpi("virality", Text("Virality rate", "Виральность"),
        Text("Reposts divided by impressions.", "Репосты, делённые на показы."),
        reposts / impressions, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("20, 10000", "0.002")),
    Kpi("save_rate", Text("Save rate", "Доля сохранений"),
        Text("Saves divided by the reach of the posts.", "Сохранения, делённые на охват публикаций."),
        saves / post_reach, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("30, 1000", "0.03")),
    Kpi("engagements_per_post", Text("Engagements per post", "Реакций на публикацию"),
        Text("Engagements divided by the number of posts.", "Реакции аудитории, делённые на число публикаций."),
        engagements / posts, Unit.RATIO, Better.HIGHER, Group.RESULTS,
        example=Example("240, 12", "20.0")),
    Kpi("clicks", Text("Clicks from social networks", "Переходы (клики) из соцсетей"),
        Text("Clicks that lead from social networks to the site.", "Клики, которые ведут из соцсетей на сайт."),
        clicks, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("visits", Text("Visits to the site", "Визиты на сайт"),
        Text("Visits to the site, as its statistics count them.", "Визиты на сайт по данным его статистики."),
        visits, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("ctr", Text("Click-through rate", "CTR"),
        Text("Clicks divided by impressions; above 1 is possible for a carousel.", "Клики, делённые на показы; у карусели бывает больше 1."),
        clicks / impressions, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("150, 10000", "0.015")),
    Kpi("traffic_share", Text("Social share of traffic", "Доля трафика из соцсетей"),
        Text("Visits from social networks divided by all visits of the site.", "Визиты из соцсетей, делённые на все визиты сайта."),
        social_visits / all_visits, Unit.SHARE, Better.HIGHER, Group.RESULTS, article=True,
        example=Example("300, 2000", "0.15")),
    Kpi("leads", Text("Leads", "Лиды (заявки)"),
        Text("People who left their contacts or a request.", "Сколько людей оставили контакт или заявку."),
        leads, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("conversions", Text("Conversions", "Конверсии (целевые действия)"),
        Text("Target actions: a purchase, a form, a call.", "Целевые действия: покупка, форма, звонок."),
        conversions, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("customers", Text("Customers acquired", "Привлечено клиентов"),
        Text("New customers, people who paid.", "Новые клиенты, то есть те, кто заплатил."),
        customers, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False, article=True),
    Kpi("orders", Text("Orders", "Заказы"),
        Text("Orders that were placed.", "Сколько заказов сделано."),
        orders, Unit.COUNT, Better.HIGHER, Group.RESULTS, has_function=False),
    Kpi("revenue", Text("Revenue", "Выручка"),
        Text("Money received from sales; below zero when refunds exceed sales.", "Деньги от продаж; меньше нуля, если возвратов больше."),
        revenue, Unit.MONEY, Better.HIGHER, Group.RESULTS, has_function=False),
    Kpi("conversion_rate", Text("Conversion rate", "Конверсия в целевое действие"),
        Text("Target actions divided by visits to the site.", "Целевые действия, делённые на визиты на сайт."),
        conversions / visits, Unit.SHARE, Better.HIGHER, Group.RESULTS, article=True,
        example=Example("45, 900", "0.05")),
    Kpi("cr_click_lead", Text("Conversion click to lead", "Конверсия из клика в заявку"),
        Text("Leads divided by clicks; above 1 is possible where views count as well.",
             "Заявки, делённые на клики; бывает больше 1, если засчитываются и просмотры."),
        leads / clicks, Unit.SHARE, Better.HIGHER, Group.RESULTS, article=True,
        example=Example("20, 400", "0.05")),
    Kpi("cr_lead_customer", Text("Conversion lead to customer", "Конверсия из заявки в клиента"),
        Text("Customers divided by leads.", "Клиенты, делённые на заявки."),
        customers / leads, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("5, 20", "0.25")),
    Kpi("cr_click_customer", Text("Conversion click to customer", "Конверсия из клика в клиента"),
        Text("Customers divided by clicks.", "Клиенты, делённые на клики."),
        customers / clicks, Unit.SHARE, Better.HIGHER, Group.RESULTS,
        example=Example("5, 400", "0.0125")),
    Kpi("aov", Text("Average order value", "Средний чек"),
        Text("Revenue divided by orders.", "Выручка, делённая на число заказов."),
        revenue / orders, Unit.MONEY, Better.HIGHER, Group.RESULTS,
        example=Example("50000, 20", "2500.0")),
    Kpi("ltv", Text("Customer lifetime value", "LTV"),
        Text("Gross profit that one customer brings: average order value, times orders per customer, times margin.",
             "Валовая прибыль от одного клиента: средний чек, умноженный на число заказов клиента и на маржинальность."),
        ltv, Unit.MONEY, Better.HIGHER, Group.RESULTS,
        example=Example("2500, 4, 0.4", "4000.0")),
    # by costs
    Kpi("spend", Text("Ad budget spent", "Рекламный бюджет (расход)"),
        Text("Money spent on advertising.", "Деньги, потраченные на рекламу."),
        spend, Unit.MONEY, Better.NEUTRAL, Group.COSTS, has_function=False, article=True),
    Kpi("total_cost", Text("Full cost of SMM", "Полные затраты на SMM"),
        Text("Ad spend, labour, content and tools added up; parts left out count 0.",
             "Реклама, труд, контент и сервисы вместе; пропущенные части считаются нулём."),
        total_cost, Unit.MONEY, Better.LOWER, Group.COSTS,
        defaults={"labour_cost": 0.0, "content_cost": 0.0, "tools_cost": 0.0}, article=True,
        example=Example("10000, 6000", "16000.0")),
    Kpi("budget_use", Text("Budget use", "Освоение бюджета"),
        Text("Ad spend divided by the planned budget.", "Расход на рекламу, делённый на плановый бюджет."),
        spend / budget, Unit.SHARE, Better.NEUTRAL, Group.COSTS, article=True,
        example=Example("900, 1000", "0.9")),
    Kpi("cpm", Text("Cost per thousand impressions", "CPM"),
        Text("Ad spend for a thousand impressions.", "Расход на рекламу за тысячу показов."),
        1000 * spend / impressions, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("50, 10000", "5.0")),
    Kpi("cpc", Text("Cost per click", "Цена клика (CPC)"),
        Text("Ad spend divided by clicks.", "Расход на рекламу, делённый на клики."),
        spend / clicks, Unit.MONEY, Better.LOWER, Group.COSTS, article=True,
        example=Example("1000, 400", "2.5")),
    Kpi("cpl", Text("Cost per lead", "Стоимость заявки (CPL)"),
        Text("Ad spend divided by leads. A range is one total: all spend by all leads, never the mean of rows.",
             "Расход на рекламу, делённый на заявки. Диапазон — это один итог: весь расход на все заявки, а не среднее по строкам."),
        spend / leads, Unit.MONEY, Better.LOWER, Group.COSTS, article=True,
        example=Example("1000, 20", "50.0")),
    Kpi("cpa", Text("Cost per action", "Стоимость целевого действия (CPA)"),
        Text("Ad spend divided by target actions.", "Расход на рекламу, делённый на целевые действия."),
        spend / conversions, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("1000, 40", "25.0")),
    Kpi("cac", Text("Customer acquisition cost (paid)", "Стоимость привлечения клиента (CAC)"),
        Text("Ad spend divided by new customers. With labour and tools it is SMM_CAC_FULL.",
             "Расход на рекламу, делённый на новых клиентов. С трудом и сервисами: SMM_CAC_FULL."),
        spend / customers, Unit.MONEY, Better.LOWER, Group.COSTS, article=True,
        example=Example("1000, 5", "200.0")),
    Kpi("cac_full", Text("Customer acquisition cost (full)", "Полная стоимость клиента (CAC)"),
        Text("Full cost of SMM divided by new customers.", "Полные затраты на SMM, делённые на новых клиентов."),
        total_cost / customers, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("1500, 5", "300.0")),
    Kpi("cpe", Text("Cost per engagement", "Цена вовлечения (CPE)"),
        Text("Ad spend divided by engagements.", "Расход на рекламу, делённый на реакции аудитории."),
        spend / engagements, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("1000, 500", "2.0")),
    Kpi("cpv", Text("Cost per view", "Цена просмотра (CPV)"),
        Text("Ad spend divided by views.", "Расход на рекламу, делённый на просмотры."),
        spend / views, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("1000, 20000", "0.05")),
    Kpi("cpf", Text("Cost per follower", "Стоимость подписчика (CPF)"),
        Text("Ad spend divided by new followers.", "Расход на рекламу, делённый на новых подписчиков."),
        spend / new_followers, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("1500, 50", "30.0")),
    Kpi("cost_per_post", Text("Cost per post", "Стоимость публикации"),
        Text("Full cost of SMM divided by the number of posts.", "Полные затраты на SMM, делённые на число публикаций."),
        total_cost / posts, Unit.MONEY, Better.LOWER, Group.COSTS,
        example=Example("18000, 12", "1500.0")),
    Kpi("roi", Text("Return on investment of the channel", "ROI канала"),
        Text("Gross profit less full cost, divided by full cost. Not revenue: that is ROMI with margin 1, or ROAS.",
             "Валовая прибыль минус полные затраты, делённые на полные затраты. Не по выручке: это ROMI с маржой 1 или ROAS."),
        (gross_profit - total_cost) / total_cost, Unit.SHARE, Better.HIGHER, Group.COSTS, article=True,
        example=Example("120000, 80000", "0.5")),
    Kpi("romi", Text("Return on marketing investment", "ROMI"),
        Text("Revenue times margin less ad spend, divided by ad spend. Without a margin the whole revenue counts.",
             "Выручка, умноженная на маржу, минус расход на рекламу, делённые на расход. Без маржи считается вся выручка."),
        (revenue * margin - spend) / spend, Unit.SHARE, Better.HIGHER, Group.COSTS, takes="revenue, spend, margin", defaults={"margin": 1.0},
        example=Example("300000, 100000, 0.4", "0.2")),
    Kpi("roas", Text("Return on ad spend", "ROAS"),
        Text("Revenue divided by ad spend.", "Выручка, делённая на расход на рекламу."),
        revenue / spend, Unit.RATIO, Better.HIGHER, Group.COSTS,
        example=Example("300000, 100000", "3.0")),
    Kpi("drr", Text("Ad cost share of revenue", "ДРР (доля рекламных расходов)"),
        Text("Ad spend divided by revenue.", "Расход на рекламу, делённый на выручку."),
        spend / revenue, Unit.SHARE, Better.LOWER, Group.COSTS,
        example=Example("100000, 400000", "0.25")),
    Kpi("ltv_cac", Text("LTV to CAC", "LTV/CAC"),
        Text("Lifetime value of a customer divided by the cost of acquiring one.", "Ценность клиента, делённая на стоимость его привлечения."),
        ltv / cac, Unit.RATIO, Better.HIGHER, Group.COSTS,
        example=Example("6000, 2000", "3.0")),
    # by effort
    Kpi("hours", Text("Hours worked", "Трудозатраты, ч"),
        Text("Hours spent on the work.", "Сколько часов ушло на работу."),
        hours, Unit.HOURS, Better.LOWER, Group.EFFORT, has_function=False, article=True),
    Kpi("labour_cost", Text("Labour cost", "Стоимость труда"),
        Text("Hours times hourly rate, row by row, then added up; never all hours times a mean rate.",
             "Часы, умноженные на ставку, построчно и затем сложенные; никогда не все часы на среднюю ставку."),
        labour_cost, Unit.MONEY, Better.LOWER, Group.EFFORT, article=True,
        example=Example("[[10], [2]], [[500], [2000]]", "9000.0")),
    Kpi("posts", Text("Posts published", "Публикаций"),
        Text("How many posts were published.", "Сколько публикаций вышло."),
        posts, Unit.COUNT, Better.HIGHER, Group.EFFORT, has_function=False),
    Kpi("plan_done", Text("Content plan done", "Выполнение контент-плана"),
        Text("Posts published divided by posts planned.", "Вышедшие публикации, делённые на запланированные."),
        posts / posts_planned, Unit.SHARE, Better.HIGHER, Group.EFFORT,
        example=Example("9, 12", "0.75")),
    Kpi("hours_per_post", Text("Hours per post", "Часов на публикацию"),
        Text("Hours divided by posts published.", "Часы, делённые на число публикаций."),
        hours / posts, Unit.HOURS, Better.LOWER, Group.EFFORT, article=True,
        example=Example("30, 12", "2.5")),
    Kpi("hours_per_lead", Text("Hours per lead", "Часов на заявку"),
        Text("Hours divided by leads.", "Часы, делённые на число заявок."),
        hours / leads, Unit.HOURS, Better.LOWER, Group.EFFORT, article=True,
        example=Example("30, 20", "1.5")),
    Kpi("engagements_per_hour", Text("Engagements per hour of work", "Реакций на час труда"),
        Text("Engagements divided by hours.", "Реакции аудитории, делённые на часы работы."),
        engagements / hours, Unit.RATIO, Better.HIGHER, Group.EFFORT,
        example=Example("600, 30", "20.0")),
    Kpi("response_rate", Text("Response rate", "Доля отвеченных обращений"),
        Text("Messages answered divided by messages received.", "Отвеченные обращения, делённые на полученные."),
        answered / incoming, Unit.SHARE, Better.HIGHER, Group.EFFORT,
        example=Example("45, 50", "0.9")),
)  # fmt: skip
