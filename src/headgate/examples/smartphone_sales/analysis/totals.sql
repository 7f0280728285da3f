-- title: What was sold
-- unit: revenue=USD mean_price=USD median_price=USD percent_happy=% percent_unhappy=%
WITH sale AS (
    SELECT
        *,
        -- The score has four decimals: as a decimal its mean is the same in whatever order the rows come.
        CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
)
SELECT
    count(*) AS orders,
    sum(price) AS revenue,
    avg(price) AS mean_price,
    median(CAST(price AS DOUBLE)) AS median_price,
    min(date) AS first_day,
    max(date) AS last_day,
    count(DISTINCT brand) AS brands,
    count(customer_review) AS reviews,
    -- Hashes need a third of the room; that two of two million reviews share one happens in one file of nine million.
    (
        SELECT count(DISTINCT hash(customer_review)) FROM accepted WHERE customer_review IS NOT NULL
    ) AS different_reviews,
    avg(satisfaction) AS satisfaction,
    -- VADER's own limits: a text is positive from 0.05 up, negative from -0.05 down.
    100.0 * count(*) FILTER (WHERE satisfaction >= 0.05) / nullif(count(satisfaction), 0) AS percent_happy,
    100.0 * count(*) FILTER (WHERE satisfaction <= -0.05) / nullif(count(satisfaction), 0) AS percent_unhappy
FROM sale
