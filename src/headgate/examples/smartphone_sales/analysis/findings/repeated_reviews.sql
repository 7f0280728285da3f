-- title: Reviews of one model that use the same words
-- severity: warning
-- Most reviews are written once and need much room; which may be there often is found by hashes, which need little.
WITH often AS (
    SELECT hash(brand, model, customer_review) AS words
    FROM accepted
    WHERE model IS NOT NULL AND length(customer_review) >= 20
    GROUP BY words
    HAVING count(*) >= 5
),
said AS (
    SELECT
        brand,
        model,
        customer_review,
        count(*) AS same,
        min(order_id) AS first_order,
        min(date) AS first_day,
        max(date) AS last_day
    FROM accepted
    -- Many people write `Good phone.` without having copied it.
    WHERE
        model IS NOT NULL
        AND length(customer_review) >= 20
        AND hash(brand, model, customer_review) IN (SELECT words FROM often)
    GROUP BY brand, model, customer_review
    HAVING count(*) >= 5
),
models AS (
    SELECT brand, model, count(customer_review) AS reviews
    FROM accepted
    WHERE model IS NOT NULL
    GROUP BY brand, model
)
SELECT
    concat(
        CAST(same AS VARCHAR), ' of ', CAST(reviews AS VARCHAR), ' reviews of ', brand, ' ', model,
        ' use the same words'
    ) AS message,
    'a quarter of them at most' AS expected,
    concat(CAST(same AS VARCHAR), ' of ', CAST(reviews AS VARCHAR)) AS observed,
    brand,
    model,
    same,
    reviews,
    -- Enough to find the review; its words are a stranger's and stay out.
    first_order,
    first_day,
    last_day
FROM said
JOIN models USING (brand, model)
WHERE 4 * same > reviews
ORDER BY same DESC, brand, model, first_order
