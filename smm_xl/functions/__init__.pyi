"""The worksheet functions. Written by ``python -m tests.make_stub`` from the catalog; do not edit."""

from smm_xl.catalog.kpi import Argument
from smm_xl.cells.block import Value
from smm_xl.functions.compiled import Function, calculate

FUNCTIONS: dict[str, Function]
__all__ = [
    "FUNCTIONS",
    "SMM_AB_LIFT",
    "SMM_AB_PVALUE",
    "SMM_AB_SAMPLE",
    "SMM_AMPLIFICATION",
    "SMM_AOV",
    "SMM_ATTAINMENT",
    "SMM_AVG_REACH",
    "SMM_BONUS",
    "SMM_BUDGET_USE",
    "SMM_CAC",
    "SMM_CAC_FULL",
    "SMM_CHANGE",
    "SMM_CHURN_RATE",
    "SMM_CONVERSION_RATE",
    "SMM_COST_PER_POST",
    "SMM_CPA",
    "SMM_CPC",
    "SMM_CPE",
    "SMM_CPF",
    "SMM_CPL",
    "SMM_CPM",
    "SMM_CPV",
    "SMM_CR_CLICK_CUSTOMER",
    "SMM_CR_CLICK_LEAD",
    "SMM_CR_HIGH",
    "SMM_CR_LEAD_CUSTOMER",
    "SMM_CR_LOW",
    "SMM_CTR",
    "SMM_DRR",
    "SMM_ENGAGEMENTS",
    "SMM_ENGAGEMENTS_PER_HOUR",
    "SMM_ENGAGEMENTS_PER_POST",
    "SMM_ER",
    "SMM_ERR",
    "SMM_ER_DAY",
    "SMM_ER_POST",
    "SMM_ER_VIEWS",
    "SMM_FORECAST",
    "SMM_FREQUENCY",
    "SMM_GAP",
    "SMM_GAP_PCT",
    "SMM_GROWTH_RATE",
    "SMM_HOURS_PER_LEAD",
    "SMM_HOURS_PER_POST",
    "SMM_INFO",
    "SMM_KPI",
    "SMM_LABOUR_COST",
    "SMM_LIST",
    "SMM_LOVE_RATE",
    "SMM_LTV",
    "SMM_LTV_CAC",
    "SMM_MAX_CPC",
    "SMM_MAX_CPL",
    "SMM_NEED_PER_DAY",
    "SMM_NET_FOLLOWERS",
    "SMM_NET_GROWTH_RATE",
    "SMM_PACE",
    "SMM_PLAN",
    "SMM_PLAN_BUDGET",
    "SMM_PLAN_CLICKS",
    "SMM_PLAN_DONE",
    "SMM_PLAN_LEADS",
    "SMM_REACH",
    "SMM_REACH_BOUNDS",
    "SMM_REACH_RATE",
    "SMM_REPORT",
    "SMM_RESPONSE_RATE",
    "SMM_ROAS",
    "SMM_ROI",
    "SMM_ROMI",
    "SMM_ROWS",
    "SMM_SAVE_RATE",
    "SMM_SCORE",
    "SMM_SCORECARD",
    "SMM_STATUS",
    "SMM_TALK_RATE",
    "SMM_TOTAL_COST",
    "SMM_TOTAL_VIEWS",
    "SMM_TRAFFIC_SHARE",
    "SMM_VIEW_RATE",
    "SMM_VIRALITY",
    "Argument",
    "Function",
    "calculate",
]

def SMM_NET_FOLLOWERS(new_followers: object, unfollows: object) -> Value:
    """New followers less unfollows; below zero when the audience shrinks."""

def SMM_GROWTH_RATE(new_followers: object, followers: object) -> Value:
    """New followers over all followers, as the article has it: gross, it shows growth even while the audience shrinks. For the net rate use SMM_NET_GROWTH_RATE."""

def SMM_NET_GROWTH_RATE(followers_start: object, followers_end: object) -> Value:
    """Change of followers over the period divided by followers at its start."""

def SMM_CHURN_RATE(unfollows: object, followers_start: object) -> Value:
    """Unfollows divided by followers at the start of the period."""

def SMM_TOTAL_VIEWS(views: object) -> Value:
    """Views of all posts added up, which the article calls reach: views, not unique people. Unique reach is SMM_REACH."""

def SMM_REACH(reach: object) -> Value:
    """People reached, counted once: the platform's own figure for exactly this period and channel. It cannot be added, so several values give #N/A."""

def SMM_REACH_BOUNDS(reach: object, impressions: object = ...) -> Value:
    """Unique reach of several days or posts lies between the largest of them and the smaller of their sum and the impressions. Two cells: low, high."""

def SMM_REACH_RATE(reach: object, followers: object) -> Value:
    """Unique reach divided by followers; above 1 when posts reach people who do not follow."""

def SMM_AVG_REACH(post_reach: object, posts: object) -> Value:
    """Reach of each post added up and divided by the number of posts."""

def SMM_FREQUENCY(impressions: object, reach: object) -> Value:
    """Impressions divided by unique reach: how often one person saw it."""

def SMM_ENGAGEMENTS(likes: object, comments: object, reposts: object, saves: object = 0.0) -> Value:
    """Likes, comments, reposts and saves added up; saves count 0 where a platform does not report them."""

def SMM_ER(engagements: object, followers: object) -> Value:
    """Engagements divided by followers."""

def SMM_ERR(engagements: object, post_reach: object) -> Value:
    """Engagements divided by the reach of the posts. In Telegram ERR usually means SMM_VIEW_RATE."""

def SMM_ER_VIEWS(engagements: object, views: object) -> Value:
    """Engagements divided by views."""

def SMM_ER_POST(engagements: object, followers: object, posts: object) -> Value:
    """Engagements divided by followers and by the number of posts."""

def SMM_ER_DAY(engagements: object, followers: object, days: object) -> Value:
    """Engagements divided by followers and by the days of the period."""

def SMM_VIEW_RATE(views: object, posts: object, followers: object) -> Value:
    """Average views of a post divided by followers; in Telegram this is called ERR."""

def SMM_LOVE_RATE(likes: object, followers: object) -> Value:
    """Likes divided by followers."""

def SMM_TALK_RATE(comments: object, followers: object) -> Value:
    """Comments divided by followers."""

def SMM_AMPLIFICATION(reposts: object, followers: object) -> Value:
    """Reposts divided by followers."""

def SMM_VIRALITY(reposts: object, impressions: object) -> Value:
    """Reposts divided by impressions."""

def SMM_SAVE_RATE(saves: object, post_reach: object) -> Value:
    """Saves divided by the reach of the posts."""

def SMM_ENGAGEMENTS_PER_POST(engagements: object, posts: object) -> Value:
    """Engagements divided by the number of posts."""

def SMM_CTR(clicks: object, impressions: object) -> Value:
    """Clicks divided by impressions; above 1 is possible for a carousel."""

def SMM_TRAFFIC_SHARE(social_visits: object, all_visits: object) -> Value:
    """Visits from social networks divided by all visits of the site."""

def SMM_CONVERSION_RATE(conversions: object, visits: object) -> Value:
    """Target actions divided by visits to the site."""

def SMM_CR_CLICK_LEAD(leads: object, clicks: object) -> Value:
    """Leads divided by clicks; above 1 is possible where views count as well."""

def SMM_CR_LEAD_CUSTOMER(customers: object, leads: object) -> Value:
    """Customers divided by leads."""

def SMM_CR_CLICK_CUSTOMER(customers: object, clicks: object) -> Value:
    """Customers divided by clicks."""

def SMM_AOV(revenue: object, orders: object) -> Value:
    """Revenue divided by orders."""

def SMM_LTV(aov: object, orders_per_customer: object, margin: object) -> Value:
    """Gross profit that one customer brings: average order value, times orders per customer, times margin."""

def SMM_TOTAL_COST(spend: object, labour_cost: object = 0.0, content_cost: object = 0.0, tools_cost: object = 0.0) -> Value:
    """Ad spend, labour, content and tools added up; parts left out count 0."""

def SMM_BUDGET_USE(spend: object, budget: object) -> Value:
    """Ad spend divided by the planned budget."""

def SMM_CPM(spend: object, impressions: object) -> Value:
    """Ad spend for a thousand impressions."""

def SMM_CPC(spend: object, clicks: object) -> Value:
    """Ad spend divided by clicks."""

def SMM_CPL(spend: object, leads: object) -> Value:
    """Ad spend divided by leads. A range is one total: all spend by all leads, never the mean of rows."""

def SMM_CPA(spend: object, conversions: object) -> Value:
    """Ad spend divided by target actions."""

def SMM_CAC(spend: object, customers: object) -> Value:
    """Ad spend divided by new customers. With labour and tools it is SMM_CAC_FULL."""

def SMM_CAC_FULL(total_cost: object, customers: object) -> Value:
    """Full cost of SMM divided by new customers."""

def SMM_CPE(spend: object, engagements: object) -> Value:
    """Ad spend divided by engagements."""

def SMM_CPV(spend: object, views: object) -> Value:
    """Ad spend divided by views."""

def SMM_CPF(spend: object, new_followers: object) -> Value:
    """Ad spend divided by new followers."""

def SMM_COST_PER_POST(total_cost: object, posts: object) -> Value:
    """Full cost of SMM divided by the number of posts."""

def SMM_ROI(gross_profit: object, total_cost: object) -> Value:
    """Gross profit less full cost, divided by full cost. Not revenue: that is ROMI with margin 1, or ROAS."""

def SMM_ROMI(revenue: object, spend: object, margin: object = 1.0) -> Value:
    """Revenue times margin less ad spend, divided by ad spend. Without a margin the whole revenue counts."""

def SMM_ROAS(revenue: object, spend: object) -> Value:
    """Revenue divided by ad spend."""

def SMM_DRR(spend: object, revenue: object) -> Value:
    """Ad spend divided by revenue."""

def SMM_LTV_CAC(ltv: object, cac: object) -> Value:
    """Lifetime value of a customer divided by the cost of acquiring one."""

def SMM_LABOUR_COST(hours: object, hourly_rate: object) -> Value:
    """Hours times hourly rate, row by row, then added up; never all hours times a mean rate."""

def SMM_PLAN_DONE(posts: object, posts_planned: object) -> Value:
    """Posts published divided by posts planned."""

def SMM_HOURS_PER_POST(hours: object, posts: object) -> Value:
    """Hours divided by posts published."""

def SMM_HOURS_PER_LEAD(hours: object, leads: object) -> Value:
    """Hours divided by leads."""

def SMM_ENGAGEMENTS_PER_HOUR(engagements: object, hours: object) -> Value:
    """Engagements divided by hours."""

def SMM_RESPONSE_RATE(answered: object, incoming: object) -> Value:
    """Messages answered divided by messages received."""

def SMM_GAP(fact: object, target: object) -> Value:
    """Fact less target, in the KPI's unit; of a share it is in percentage points. Works row by row."""

def SMM_GAP_PCT(fact: object, target: object) -> Value:
    """Fact less target, relative to the target: 0.1 is 10 % above it. Works row by row."""

def SMM_ATTAINMENT(fact: object, target: object, better: object = ..., baseline: object = ..., method: object = ...) -> Value:
    """How far the target is reached: 1 at the target, also where lower is better (then target by fact). Name the KPI ("cpl") and it knows the direction."""

def SMM_STATUS(attainment: object, green: object = 1.0, amber: object = 0.9, language: object = ...) -> Value:
    """On plan from 1, at risk from 0.9, else behind; no data where the attainment is unknown. A sign and a word."""

def SMM_CHANGE(fact: object, previous: object) -> Value:
    """Fact less the previous value, relative to it: 0.1 is 10 % more. Works row by row."""

def SMM_FORECAST(fact: object, as_of: object, period_start: object, period_end: object) -> Value:
    """Where the period ends at the pace so far: fact by days passed, times days of the period. The day of the data counts as passed."""

def SMM_PACE(fact: object, target: object, as_of: object, period_start: object, period_end: object) -> Value:
    """Fact by the part of the target that is due by now: 1 is exactly in step, 0.8 a fifth behind."""

def SMM_NEED_PER_DAY(fact: object, target: object, as_of: object, period_end: object) -> Value:
    """How much each day that is left must bring to reach the target; below 0 once it is passed."""

def SMM_SCORE(attainments: object, weights: object, cap: object = 1.2, floor: object = 0.0) -> Value:
    """Weighted mean of attainments, each cut at cap and floor, over the KPIs whose attainment is known."""

def SMM_BONUS(full_bonus: object, score: object, scale: object = ...) -> Value:
    """Full bonus times the payout of the score. Without a scale: below 0.8 nothing, then the score itself, at most 1.2."""

def SMM_PLAN_LEADS(customers: object, cr_lead_customer: object) -> Value:
    """Customers wanted by the conversion of leads into customers, rounded up."""

def SMM_PLAN_CLICKS(leads: object, cr_click_lead: object) -> Value:
    """Leads wanted by the conversion of clicks into leads, rounded up."""

def SMM_PLAN_BUDGET(clicks: object, cpc: object) -> Value:
    """Clicks wanted times the price of a click."""

def SMM_MAX_CPL(aov: object, margin: object, cr_lead_customer: object) -> Value:
    """What a lead may cost at most: order value times margin times conversion of leads into customers."""

def SMM_MAX_CPC(aov: object, margin: object, cr_click_customer: object) -> Value:
    """What a click may cost at most: order value times margin times conversion of clicks into customers."""

def SMM_CR_LOW(successes: object, trials: object, confidence: object = 0.95) -> Value:
    """The rate is hardly lower than this: Wilson interval. Ranges are added up first."""

def SMM_CR_HIGH(successes: object, trials: object, confidence: object = 0.95) -> Value:
    """The rate is hardly higher than this: Wilson interval. Ranges are added up first."""

def SMM_AB_PVALUE(successes_a: object, trials_a: object, successes_b: object, trials_b: object) -> Value:
    """How likely a difference as large as this is by chance alone: two-proportion z test, pooled, two-sided. Below 0.05 it is usually called significant."""

def SMM_AB_LIFT(successes_a: object, trials_a: object, successes_b: object, trials_b: object) -> Value:
    """How much higher the rate of B is, relative to A: 0.18 is 18 % more."""

def SMM_AB_SAMPLE(base_rate: object, lift: object, power: object = 0.8, alpha: object = 0.05) -> Value:
    """How many trials each arm of an A/B test needs to find a relative lift."""

def SMM_ROWS(key: object, block: object, *blocks: object) -> Value:
    """One value of a KPI per row; spills."""

def SMM_KPI(key: object, table: object, period: object = None, channel: object = None) -> Value:
    """A KPI from a table with headers, for a period and a channel; it sees dates, so followers are totalled rightly."""

def SMM_REPORT(table: object, by: object = None, kpis: object = None) -> Value:
    """A table of KPIs by channel, campaign or period; spills."""

def SMM_PLAN(
    table: object,
    targets: object,
    period: object = None,
    channel: object = None,
    as_of: object = None,
    language: object = None,
    green: object = 1.0,
    amber: object = 0.9,
) -> Value:
    """Plan against fact for each KPI of the targets: target, fact, gap, attainment, status, forecast; spills."""

def SMM_SCORECARD(
    table: object,
    targets: object,
    period: object = None,
    channel: object = None,
    full_bonus: object = ...,
    scale: object = ...,
    cap: object = 1.2,
    floor: object = 0.0,
    as_of: object = None,
    language: object = None,
) -> Value:
    """The score of the KPIs that have a weight in the targets: contributions, score, known share of the weight, bonus; spills."""

def SMM_INFO(key: object, what: object = None, language: object = None) -> Value:
    """What the reference says of a KPI."""

def SMM_LIST(group: object = None, language: object = None) -> Value:
    """The reference of all KPIs as a table; spills."""
