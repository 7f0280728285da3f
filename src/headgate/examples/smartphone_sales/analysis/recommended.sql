-- title: Up to two phones to recommend in each segment
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
        avg(satisfaction) AS satisfaction
    FROM sale
    GROUP BY brand, model
    -- Of fewer than five reviews nothing can be said, and 0.05 is VADER's limit of a positive text.
    HAVING count(satisfaction) >= 5 AND avg(satisfaction) >= 0.05
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
        ORDER BY satisfaction DESC, orders DESC, brand, model
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
