-- +goose Up

-- Phone numbers are looked up by their tail: the last seven digits, or all of fewer. Two spellings of one number, with the country's code
-- and without, have the same. NULL where there is no digit.
ALTER TABLE lead ADD COLUMN phone_tail text COLLATE "C", ADD COLUMN mobile_tail text COLLATE "C"; -- the latter of the attribute Mobile

-- First the numbers as they are written, without what usually stands between digits.
UPDATE lead SET
    phone_tail = translate(phone, '+ -().', ''),
    mobile_tail = (
        SELECT translate(attribute ->> 'Value', '+ -().', '') FROM jsonb_array_elements(
            CASE WHEN attributes LIKE '[%' THEN attributes::jsonb ELSE '[]'::jsonb END) AS attribute
        WHERE lower(attribute ->> 'Name') = 'mobile' LIMIT 1);

-- Then, where something else stands there, character by character. Digits of each script begin with a zero: these are they.
CREATE TEMPORARY TABLE digit_zero AS SELECT code FROM (VALUES
    (48), (1632), (1776), (1984), (2406), (2534), (2662), (2790), (2918), (3046), (3174), (3302), (3430), (3558),
    (3664), (3792), (3872), (4160), (4240), (6112), (6160), (6470), (6608), (6784), (6800), (6992), (7088),
    (7232), (7248), (42528), (43216), (43264), (43472), (43504), (43600), (44016), (65296), (66720), (68912),
    (69734), (69872), (69942), (70096), (70384), (70736), (70864), (71248), (71360), (71472), (71904), (72016),
    (72784), (73040), (73120), (73552), (92768), (92864), (93008), (120782), (120792), (120802), (120812),
    (120822), (123200), (123632), (124144), (125264), (130032)) AS zeros (code);
UPDATE lead SET phone_tail = (
    SELECT string_agg((ascii(sign) - code)::text, '' ORDER BY at)
    FROM regexp_split_to_table(phone_tail, '') WITH ORDINALITY AS signs (sign, at) JOIN digit_zero ON ascii(sign) BETWEEN code AND code + 9)
WHERE phone_tail ~ '[^0-9]';
UPDATE lead SET mobile_tail = (
    SELECT string_agg((ascii(sign) - code)::text, '' ORDER BY at)
    FROM regexp_split_to_table(mobile_tail, '') WITH ORDINALITY AS signs (sign, at) JOIN digit_zero ON ascii(sign) BETWEEN code AND code + 9)
WHERE mobile_tail ~ '[^0-9]';
DROP TABLE digit_zero;
UPDATE lead SET phone_tail = nullif(right(phone_tail, 7), ''), mobile_tail = nullif(right(mobile_tail, 7), '')
WHERE phone_tail IS NOT NULL OR mobile_tail IS NOT NULL;

CREATE INDEX lead_phone_tail ON lead (account_id, phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX lead_mobile_tail ON lead (account_id, mobile_tail) WHERE mobile_tail IS NOT NULL;
