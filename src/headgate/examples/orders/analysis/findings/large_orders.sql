-- title: Orders far larger than usual for the product
-- severity: warning
WITH ordered AS (
    SELECT order_id, product_name, quantity, unit_price, total_amount, CAST(total_amount AS DOUBLE) AS total
    FROM accepted
),
-- Each order counts for its product and for all; no product is blank, so '' stands for all.
counted AS (
    SELECT product_name AS of_product, total FROM ordered
    UNION ALL
    SELECT '' AS of_product, total FROM ordered
),
usual AS (
    SELECT
        of_product,
        median(total) AS usual,
        -- Far out: the middle half, three times beyond it (Tukey 1977). Where that half is narrow, as most buy one,
        -- three times the usual order.
        quantile_cont(total, 0.75)
        + 3 * greatest(quantile_cont(total, 0.75) - quantile_cont(total, 0.25), median(total)) AS most
    FROM counted
    GROUP BY of_product
    HAVING count(*) >= 5
),
-- Of a product ordered fewer than five times nothing is usual: all orders together say what is.
held AS (
    SELECT ordered.*, coalesce(own.usual, every.usual) AS usual, coalesce(own.most, every.most) AS most
    FROM ordered
    LEFT JOIN usual AS own ON own.of_product = ordered.product_name
    LEFT JOIN usual AS every ON every.of_product = ''
)
SELECT
    concat(
        'Order ', order_id, ' for ', CAST(quantity AS VARCHAR), ' × ', product_name, ' comes to ',
        format('{:,.2f}', total_amount), ', usually about ', format('{:,.2f}', CAST(usual AS DECIMAL(38, 2)))
    ) AS message,
    concat('up to ', format('{:,.2f}', CAST(most AS DECIMAL(38, 2)))) AS expected,
    format('{:,.2f}', total_amount) AS observed,
    order_id,
    product_name,
    quantity,
    unit_price,
    total_amount,
    usual AS usual_amount
FROM held
WHERE total > most
ORDER BY total / most DESC, order_id
