-- +goose Up

-- Phone numbers are looked up by their tail: the last seven digits, or all of fewer. Two spellings of one number, with the country's code
-- and without, have the same. NULL where there is no digit.
ALTER TABLE lead ADD COLUMN phone_tail TEXT;
ALTER TABLE lead ADD COLUMN mobile_tail TEXT; -- of the attribute Mobile

-- First the numbers as they are written, without what usually stands between digits.
UPDATE lead SET
    phone_tail = replace(replace(replace(replace(replace(replace(phone, '+', ''), ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''),
    mobile_tail = (
        SELECT replace(replace(replace(replace(replace(replace(json_extract(value, '$.Value'), '+', ''), ' ', ''), '-', ''), '(', ''), ')', ''), '.', '')
        FROM json_each(lead.attributes) WHERE lower(json_extract(value, '$.Name')) = 'mobile' LIMIT 1);

-- Then, where something else stands there, character by character. Digits of each script begin with a zero: these are they.
CREATE TEMPORARY TABLE digit_zero AS WITH zeros (code) AS (VALUES
    (48), (1632), (1776), (1984), (2406), (2534), (2662), (2790), (2918), (3046), (3174), (3302), (3430), (3558),
    (3664), (3792), (3872), (4160), (4240), (6112), (6160), (6470), (6608), (6784), (6800), (6992), (7088),
    (7232), (7248), (42528), (43216), (43264), (43472), (43504), (43600), (44016), (65296), (66720), (68912),
    (69734), (69872), (69942), (70096), (70384), (70736), (70864), (71248), (71360), (71472), (71904), (72016),
    (72784), (73040), (73120), (73552), (92768), (92864), (93008), (120782), (120792), (120802), (120812),
    (120822), (123200), (123632), (124144), (125264), (130032))
SELECT code FROM zeros;
UPDATE lead SET phone_tail = (
    WITH RECURSIVE place (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM place WHERE at < length(lead.phone_tail))
    SELECT group_concat(unicode(substr(lead.phone_tail, at, 1)) - code, '' ORDER BY at)
    FROM place JOIN digit_zero ON unicode(substr(lead.phone_tail, at, 1)) BETWEEN code AND code + 9)
WHERE phone_tail GLOB '*[^0-9]*';
UPDATE lead SET mobile_tail = (
    WITH RECURSIVE place (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM place WHERE at < length(lead.mobile_tail))
    SELECT group_concat(unicode(substr(lead.mobile_tail, at, 1)) - code, '' ORDER BY at)
    FROM place JOIN digit_zero ON unicode(substr(lead.mobile_tail, at, 1)) BETWEEN code AND code + 9)
WHERE mobile_tail GLOB '*[^0-9]*';
DROP TABLE digit_zero;
UPDATE lead SET phone_tail = nullif(substr(phone_tail, -7), ''), mobile_tail = nullif(substr(mobile_tail, -7), '')
WHERE phone_tail IS NOT NULL OR mobile_tail IS NOT NULL;

CREATE INDEX lead_phone_tail ON lead (account_id, phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX lead_mobile_tail ON lead (account_id, mobile_tail) WHERE mobile_tail IS NOT NULL;
