CREATE VIEW api.system_country_row AS
SELECT x.system_id, split_part(x.code, '-', 1) AS country
FROM wiki.system_subdivision x
UNION ALL
SELECT r.system_id, c.code
FROM wiki.system_region r
JOIN wiki.region_country c ON c.region_id = r.region_id
WHERE NOT EXISTS (SELECT FROM wiki.system_subdivision x WHERE x.system_id = r.system_id);
COMMENT ON VIEW api.system_country_row IS 'Countries of systems (ISO 3166-1 alpha-2): of their subdivisions, else of their regions.';
