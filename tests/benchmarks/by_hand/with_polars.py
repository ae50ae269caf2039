"""KPIs of each group in polars, lazily: ``python with_polars.py FILE month,channel`` or ``campaign``, which has KPIs of reactions too."""

from __future__ import annotations

import sys

import polars as pl

SUMS = ["spend", "impressions", "clicks", "leads", "customers", "revenue", "orders", "conversions"]
BESIDE_LEADS = ["spend", "clicks", "customers"]
REACTIONS = ["likes", "comments", "reposts", "saves"]


def main() -> None:
    path, by = sys.argv[1], sys.argv[2].split(",")
    table = pl.scan_parquet(path) if path.endswith(".parquet") else pl.scan_csv(path, try_parse_dates=True)
    more = ["views", *REACTIONS] if "campaign" in by else []
    known = pl.col("leads").is_not_null()
    sums = table.group_by(pl.col("date").dt.truncate("1mo").alias("month") if key == "month" else pl.col(key) for key in by).agg(
        pl.col(SUMS + more).sum(),
        known.sum().alias("rows beside leads"),
        *(pl.col(name).filter(known).sum().alias(f"{name} beside leads") for name in BESIDE_LEADS),
    )
    # a sum of nothing is unknown, not 0; and so is what is divided by 0
    sums = sums.with_columns(pl.when(pl.col("rows beside leads") > 0).then(pl.col("leads")))
    if "month" in by:
        sums = sums.with_columns(pl.col("month").dt.strftime("%Y-%m"))
    made = sums.select(*by, *kpis(*map(pl.col, SUMS)), *(of_reactions() if more else of_costs())).with_columns(
        pl.when(pl.col(pl.Float64).is_finite()).then(pl.col(pl.Float64)).name.keep()
    )
    sys.stdout.write(made.sort(by).collect(engine="streaming").write_csv())


def kpis(
    spend: pl.Expr, impressions: pl.Expr, clicks: pl.Expr, leads: pl.Expr, customers: pl.Expr, revenue: pl.Expr, orders: pl.Expr, conversions: pl.Expr
) -> list[pl.Expr]:
    beside = {name: pl.col(f"{name} beside leads") for name in BESIDE_LEADS}
    named = {
        "impressions": impressions,
        "clicks": clicks,
        "leads": leads,
        "conversions": conversions,
        "customers": customers,
        "orders": orders,
        "revenue": revenue,
        "spend": spend,
        "ctr": clicks / impressions,
        "cr_click_lead": leads / beside["clicks"],
        "cr_lead_customer": beside["customers"] / leads,
        "cr_click_customer": customers / clicks,
        "aov": revenue / orders,
        "cpm": 1000 * spend / impressions,
        "cpc": spend / clicks,
        "cpl": beside["spend"] / leads,
        "cpa": spend / conversions,
        "cac": spend / customers,
        "romi": (revenue - spend) / spend,
        "roas": revenue / spend,
        "drr": spend / revenue,
    }
    return [formula.alias(key) for key, formula in named.items()]


def of_costs() -> list[pl.Expr]:
    return [pl.col("spend").alias("total_cost"), (pl.col("spend") / pl.col("customers")).alias("cac_full")]


def of_reactions() -> list[pl.Expr]:
    spend, engagements = pl.col("spend"), pl.sum_horizontal(REACTIONS)
    return [
        pl.col("views").alias("total_views"),
        engagements.alias("engagements"),
        (engagements / pl.col("views")).alias("er_views"),
        (pl.col("reposts") / pl.col("impressions")).alias("virality"),
        (spend / engagements).alias("cpe"),
        (spend / pl.col("views")).alias("cpv"),
    ]


if __name__ == "__main__":
    main()
