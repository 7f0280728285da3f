-- title: Prices far from what the product usually costs
-- severity: warning
-- Not materialized: to read a few columns again is cheaper than to hold every order.
WITH ordered AS NOT MATERIALIZED (
    SELECT order_id, product_name, quantity, unit_price, CAST(unit_price AS DOUBLE) AS price FROM accepted
),
usual AS (
    SELECT product_name, median(price) AS usual FROM ordered GROUP BY product_name HAVING count(*) >= 5
),
-- Modified z-score over 3.5 (Iglewicz and Hoaglin 1993); a quarter off at least, so that a discount is no finding.
norm AS (
    SELECT
        product_name,
        usual,
        greatest(3.5 / 0.6745 * median(abs(price - usual)), 0.25 * usual) AS tolerance
    FROM ordered
    JOIN usual USING (product_name)
    GROUP BY product_name, usual
)
SELECT
    concat(
        product_name, ' sold for ', format('{:,.2f}', unit_price), ' in order ', order_id,
        ', usually about ', format('{:,.2f}', CAST(usual AS DECIMAL(14, 2)))
    ) AS message,
    concat(
        -- No price is less than nothing.
        format('{:,.2f}', CAST(greatest(0, usual - tolerance) AS DECIMAL(14, 2))), ' to ',
        format('{:,.2f}', CAST(usual + tolerance AS DECIMAL(14, 2)))
    ) AS expected,
    format('{:,.2f}', unit_price) AS observed,
    order_id,
    product_name,
    quantity,
    unit_price,
    usual AS usual_price
FROM ordered
JOIN norm USING (product_name)
WHERE abs(price - usual) > tolerance
ORDER BY abs(price - usual) / usual DESC, order_id
