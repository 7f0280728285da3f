-- title: Two phones to recommend in each segment
-- unit: median_price=USD
WITH sale AS (
    SELECT brand, model, price, customer_review, CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
    WHERE model IS NOT NULL
),
models AS (
    SELECT
        brand,
        model,
        -- The median: one sale at a strange price puts no model into another segment.
        median(CAST(price AS DOUBLE)) AS median_price,
        count(*) AS orders,
        count(customer_review) AS reviews,
        count(satisfaction) AS scored,
        avg(satisfaction) AS satisfaction
    FROM sale
    GROUP BY brand, model
    HAVING count(satisfaction) > 0
),
placed AS (
    SELECT
        *,
        CASE
            WHEN median_price < 500 THEN 'Budget'
            WHEN median_price <= 1000 THEN 'Mid-range'
            ELSE 'Flagship'
        END AS segment
    FROM models
)
SELECT
    segment,
    row_number() OVER (
        PARTITION BY segment
        -- A model with fewer than five reviews is taken only where there is no other.
        ORDER BY CASE WHEN scored >= 5 THEN 0 ELSE 1 END, satisfaction DESC, orders DESC, brand, model
    ) AS place,
    brand,
    model,
    median_price,
    orders,
    reviews,
    satisfaction
FROM placed
QUALIFY place <= 2
ORDER BY CASE segment WHEN 'Budget' THEN 1 WHEN 'Mid-range' THEN 2 ELSE 3 END, place
