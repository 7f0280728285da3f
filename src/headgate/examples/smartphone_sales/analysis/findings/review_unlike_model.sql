-- title: Reviews far from what others write about the model
-- severity: info
-- Not materialized: to read a few columns again is cheaper than to hold every review.
WITH sale AS NOT MATERIALIZED (
    SELECT
        order_id,
        date,
        brand,
        model,
        customer_review,
        CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
    WHERE model IS NOT NULL
),
models AS (
    SELECT
        brand,
        model,
        count(customer_review) AS reviews,
        avg(satisfaction) AS usual,
        stddev_samp(CAST(satisfaction AS DOUBLE)) AS deviation
    FROM sale
    GROUP BY brand, model
    -- Among fewer none can be far off: the largest possible distance is (n - 1) / sqrt(n) deviations.
    HAVING count(satisfaction) >= 10
),
held AS (
    SELECT sale.*, reviews, usual, deviation, abs(satisfaction - usual) AS distance
    FROM sale
    JOIN models USING (brand, model)
)
SELECT
    concat(
        'A review of ', brand, ' ', model, ' is far ', CASE WHEN satisfaction < usual THEN 'less' ELSE 'more' END,
        ' happy than the others'
    ) AS message,
    concat('about ', CAST(CAST(usual AS DECIMAL(5, 2)) AS VARCHAR)) AS expected,
    CAST(CAST(satisfaction AS DECIMAL(5, 2)) AS VARCHAR) AS observed,
    order_id,
    date,
    brand,
    model,
    -- The words stay out: they are a stranger's, and a report repeats no orders that it was given.
    satisfaction,
    usual AS usual_satisfaction,
    reviews
FROM held
-- Half of the scale, which goes from -1 to 1.
WHERE distance > 1 AND distance > 2.5 * deviation
ORDER BY distance DESC, order_id
