-- title: What to stock more and less of
-- unit: percent_of_orders=%
-- Not as windows: those would hold every sale until the last one is read.
WITH days AS (
    SELECT
        max(date) AS last_day,
        -- Two spans of the same length; of an odd number of days the first is left out.
        (date_diff('day', min(date), max(date)) + 1) // 2 AS half
    FROM accepted
),
sale AS (
    SELECT
        accepted.brand,
        accepted.model,
        CAST(sentiment(accepted.customer_review) AS DECIMAL(5, 4)) AS satisfaction,
        date_diff('day', accepted.date, days.last_day) AS age,
        days.half
    FROM accepted
    CROSS JOIN days
),
usual AS (
    SELECT
        count(*) AS orders,
        1.0 * count(*) / nullif(count(DISTINCT concat(brand, ' ', model)), 0) AS orders_of_a_model,
        avg(satisfaction) AS satisfaction
    FROM sale
    WHERE model IS NOT NULL
),
models AS (
    SELECT
        brand,
        model,
        count(*) AS orders,
        count(*) FILTER (WHERE age >= half AND age < 2 * half) AS orders_before,
        count(*) FILTER (WHERE age < half) AS orders_lately,
        avg(satisfaction) AS satisfaction
    FROM sale
    WHERE model IS NOT NULL
    GROUP BY brand, model
    HAVING count(satisfaction) >= 5
),
demand AS (
    SELECT
        models.*,
        100.0 * models.orders / usual.orders AS percent_of_orders,
        -- Counts scatter by about their square root: a change within twice that may be chance, but a half is not steady.
        CASE
            WHEN orders_lately - orders_before > 2 * sqrt(orders_lately + orders_before) THEN 'rising'
            WHEN orders_before - orders_lately > 2 * sqrt(orders_lately + orders_before) THEN 'falling'
            WHEN 2 * orders_lately > 3 * orders_before THEN 'perhaps rising'
            WHEN 3 * orders_lately < 2 * orders_before THEN 'perhaps falling'
            ELSE 'steady'
        END AS demand,
        models.orders >= usual.orders_of_a_model AS is_popular,
        -- 0.05 is VADER's limit of a positive text: where all are disliked, the least disliked is not liked.
        models.satisfaction >= greatest(usual.satisfaction, 0.05) AS is_liked,
        models.satisfaction < 0.05 AS is_disliked
    FROM models
    CROSS JOIN usual
),
advised AS (
    SELECT
        *,
        CASE
            WHEN is_liked AND NOT demand LIKE '%falling' AND (is_popular OR demand = 'rising') THEN 'stock more'
            WHEN is_disliked AND NOT demand LIKE '%rising' AND (NOT is_popular OR demand = 'falling') THEN 'stock less'
            ELSE 'keep'
        END AS advice
    FROM demand
)
SELECT advice, brand, model, orders, percent_of_orders, orders_before, orders_lately, demand, satisfaction
FROM advised
WHERE advice <> 'keep'
QUALIFY row_number() OVER (PARTITION BY advice ORDER BY orders DESC, brand, model) <= 5
ORDER BY advice DESC, orders DESC, brand, model
