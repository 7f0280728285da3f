-- title: Small, medium and large orders
-- chart: bar x=size_class y=revenue
-- unit: percent_of_orders=% percent_of_revenue=%
SELECT
    size_class,
    count(*) AS orders,
    100.0 * count(*) / sum(count(*)) OVER () AS percent_of_orders,
    sum(total_amount) AS revenue,
    100.0 * sum(total_amount) / sum(sum(total_amount)) OVER () AS percent_of_revenue
FROM accepted
GROUP BY size_class
-- The limits keep the classes apart, so this is small, medium, large.
ORDER BY min(total_amount)
