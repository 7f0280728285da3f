-- title: Prices far from what the model usually costs
-- severity: warning
-- unit: price=USD usual_price=USD
-- Not materialized: to read a few columns again is cheaper than to hold every sale.
WITH sale AS NOT MATERIALIZED (
    SELECT
        order_id,
        date,
        brand,
        model,
        price,
        CAST(price AS DOUBLE) AS paid,
        CASE WHEN price < 500 THEN 'Budget' WHEN price <= 1000 THEN 'Mid-range' ELSE 'Flagship' END AS segment
    FROM accepted
),
-- Each sale counts for its model and for its segment; no brand is blank, so '' stands for the segments.
priced AS NOT MATERIALIZED (
    SELECT brand AS of_brand, model AS of_model, paid FROM sale WHERE model IS NOT NULL
    UNION ALL
    SELECT '' AS of_brand, segment AS of_model, paid FROM sale
),
usual AS (
    SELECT of_brand, of_model, median(paid) AS usual FROM priced GROUP BY of_brand, of_model HAVING count(*) >= 5
),
-- Modified z-score over 3.5 (Iglewicz and Hoaglin 1993); a quarter off at least, where most prices are equal.
norm AS (
    SELECT
        of_brand,
        of_model,
        usual,
        greatest(3.5 / 0.6745 * median(abs(paid - usual)), 0.25 * usual) AS tolerance
    FROM priced
    JOIN usual USING (of_brand, of_model)
    GROUP BY of_brand, of_model, usual
),
-- Of a model sold fewer than five times nothing is usual: the segment says what is.
held AS (
    SELECT
        sale.*,
        coalesce(model_norm.usual, segment_norm.usual) AS usual,
        coalesce(model_norm.tolerance, segment_norm.tolerance) AS tolerance
    FROM sale
    LEFT JOIN norm AS model_norm ON model_norm.of_brand = sale.brand AND model_norm.of_model = sale.model
    LEFT JOIN norm AS segment_norm ON segment_norm.of_brand = '' AND segment_norm.of_model = sale.segment
)
SELECT
    concat(
        concat_ws(' ', brand, model), ' sold for ', format('{:,.2f}', price),
        ' USD, usually about ', format('{:,.2f}', CAST(usual AS DECIMAL(12, 2))), ' USD'
    ) AS message,
    concat(
        -- No price is less than nothing.
        format('{:,.2f}', CAST(greatest(0, usual - tolerance) AS DECIMAL(12, 2))), ' to ',
        format('{:,.2f}', CAST(usual + tolerance AS DECIMAL(12, 2))), ' USD'
    ) AS expected,
    concat(format('{:,.2f}', price), ' USD') AS observed,
    order_id,
    date,
    brand,
    model,
    price,
    usual AS usual_price
FROM held
WHERE abs(paid - usual) > tolerance
ORDER BY abs(paid - usual) / usual DESC, order_id
