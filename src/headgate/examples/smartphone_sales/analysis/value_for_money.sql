-- title: Value for money
-- unit: median_price=USD liked_more_than=% cheaper_than=%
WITH sale AS (
    SELECT brand, model, price, customer_review, CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
    WHERE model IS NOT NULL
),
models AS (
    SELECT
        brand,
        model,
        median(CAST(price AS DOUBLE)) AS median_price,
        count(customer_review) AS reviews,
        avg(satisfaction) AS satisfaction
    FROM sale
    GROUP BY brand, model
    -- Fewer say more about their writers than about the phone.
    HAVING count(satisfaction) >= 5
),
placed AS (
    SELECT
        *,
        100.0 * (rank() OVER (ORDER BY satisfaction) - 1) / nullif(count(*) OVER () - 1, 0) AS liked_more_than,
        100.0 * (rank() OVER (ORDER BY median_price DESC) - 1) / nullif(count(*) OVER () - 1, 0) AS cheaper_than
    FROM models
)
SELECT
    brand,
    model,
    median_price,
    reviews,
    satisfaction,
    -- Percent of the other models. Places, not satisfaction per dollar: that would call every cheap phone good value.
    liked_more_than,
    cheaper_than,
    -- Both count: what is cheapest of all and liked least is no good value.
    liked_more_than * cheaper_than / 100 AS value_score
FROM placed
ORDER BY value_score DESC, satisfaction DESC, brand, model
LIMIT 10
