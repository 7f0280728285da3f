-- title: What each region prefers
-- unit: percent_of_orders=% revenue=USD mean_price=USD percent_budget=% percent_flagship=%
WITH sale AS (
    SELECT region, price, CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction FROM accepted
),
brands AS (
    SELECT
        region,
        brand,
        row_number() OVER (PARTITION BY region ORDER BY count(*) DESC, sum(price) DESC, brand) AS place
    FROM accepted
    GROUP BY region, brand
),
models AS (
    SELECT
        region,
        model,
        count(*) AS orders,
        row_number() OVER (PARTITION BY region ORDER BY count(*) DESC, sum(price) DESC, brand, model) AS place
    FROM accepted
    WHERE model IS NOT NULL
    GROUP BY region, brand, model
),
regions AS (
    SELECT
        region,
        count(*) AS orders,
        100.0 * count(*) / sum(count(*)) OVER () AS percent_of_orders,
        sum(price) AS revenue,
        avg(price) AS mean_price,
        100.0 * count(*) FILTER (WHERE price < 500) / count(*) AS percent_budget,
        100.0 * count(*) FILTER (WHERE price > 1000) / count(*) AS percent_flagship,
        avg(satisfaction) AS satisfaction
    FROM sale
    GROUP BY region
)
SELECT
    regions.region,
    regions.orders,
    regions.percent_of_orders,
    regions.revenue,
    regions.mean_price,
    regions.percent_budget,
    regions.percent_flagship,
    regions.satisfaction,
    brands.brand AS favourite_brand,
    models.model AS favourite_model,
    models.orders AS orders_of_favourite
FROM regions
JOIN brands ON brands.region = regions.region AND brands.place = 1
LEFT JOIN models ON models.region = regions.region AND models.place = 1
ORDER BY regions.orders DESC, regions.region
