-- Every statement that sotto ever says to a database.  tools/queries.awk makes
-- gen/queries.h of it: the number after -- is the statement's, in order, the
-- word its name there (SQL_ and the word).  Parameters are bound by name.
--
-- A book is one database: its name, application id and version.  The first
-- statement of a book makes its tables, the second changes nothing but writes,
-- and what is asked of it follows.

-- book pool 1936684148 1

-- 1 pool_schema
CREATE TABLE day (day INTEGER PRIMARY KEY, closed INTEGER NOT NULL);
CREATE TABLE letter (tag BLOB PRIMARY KEY, day INTEGER NOT NULL,
	slot INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE,
	day INTEGER NOT NULL, parts INTEGER NOT NULL);
CREATE TABLE part (tag BLOB PRIMARY KEY, file INTEGER NOT NULL,
	place INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX part_of ON part (file);
CREATE TABLE upload (id BLOB PRIMARY KEY, name BLOB, parts INTEGER NOT NULL,
	until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE erasure (tag BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE offer (day INTEGER NOT NULL, serial INTEGER NOT NULL,
	PRIMARY KEY (day, serial)) WITHOUT ROWID;
CREATE TABLE boot (one INTEGER PRIMARY KEY, id BLOB NOT NULL);
PRAGMA application_id = 1936684148;
PRAGMA user_version = 1;

-- 2 pool_claim
PRAGMA user_version = 1;

-- 3 day_add
INSERT OR IGNORE INTO day (day, closed) VALUES (:day, 0);

-- 4 day_close
INSERT OR REPLACE INTO day (day, closed) VALUES (:day, 1);

-- 5 day_drop
DELETE FROM day WHERE day = :day;

-- 6 days
SELECT day, closed FROM day ORDER BY day;

-- 7 letter_add
INSERT INTO letter (tag, day, slot) VALUES (:tag, :day, :slot);

-- 8 letter
SELECT day, slot FROM letter WHERE tag = :tag;

-- 9 letters
SELECT tag FROM letter ORDER BY tag;

-- 10 letters_of
SELECT tag FROM letter WHERE day = :day AND tag > :after ORDER BY tag;

-- 11 letters_count
SELECT count(*) FROM letter WHERE day = :day;

-- 12 letters_drop
DELETE FROM letter WHERE day = :day;

-- 13 file_add
INSERT INTO file (name, day, parts) VALUES (:name, :day, :parts);

-- 14 file_next
SELECT name, parts, day FROM file WHERE name > :after ORDER BY name LIMIT 1;

-- 15 file
SELECT id FROM file WHERE name = :name;

-- 16 files
SELECT name, day, parts FROM file ORDER BY name;

-- 17 files_of
SELECT name FROM file WHERE day = :day ORDER BY name;

-- 18 files_drop
DELETE FROM file WHERE day = :day;

-- 19 file_drop
DELETE FROM file WHERE name = :name;

-- 20 part_add
INSERT INTO part (tag, file, place) VALUES (:tag, :file, :place);

-- 21 part
SELECT f.day, f.name, p.place FROM part p JOIN file f ON f.id = p.file
	WHERE p.tag = :tag;

-- 22 parts_of
SELECT p.tag FROM part p JOIN file f ON f.id = p.file
	WHERE p.tag > :after AND f.day = :day ORDER BY p.tag;

-- 23 parts_count
SELECT coalesce(sum(parts), 0) FROM file WHERE day = :day;

-- 24 parts_drop
DELETE FROM part WHERE file IN (SELECT id FROM file WHERE day = :day);

-- 25 parts_drop_file
DELETE FROM part WHERE file IN (SELECT id FROM file WHERE name = :name);

-- 26 upload_add
INSERT INTO upload (id, name, parts, until) VALUES (:id, :name, 0, :until);

-- 27 upload
SELECT name, parts FROM upload WHERE id = :id;

-- 28 upload_next
SELECT id, name, parts, until FROM upload WHERE name > :after ORDER BY name
	LIMIT 1;

-- 29 uploads_open
SELECT id, name, parts, until FROM upload WHERE name IS NOT NULL ORDER BY name;

-- 30 upload_named
SELECT parts FROM upload WHERE name = :name;

-- 31 upload_kept
UPDATE upload SET parts = :parts WHERE id = :id;

-- 32 upload_done
INSERT OR REPLACE INTO upload (id, name, parts, until)
	VALUES (:id, NULL, 0, :until);

-- 33 upload_drop
DELETE FROM upload WHERE id = :id;

-- 34 uploads_forget
DELETE FROM upload WHERE name IS NULL AND until < :hour;

-- 35 erasure_add
INSERT OR IGNORE INTO erasure (tag) VALUES (:tag);

-- 36 erasure
SELECT 1 FROM erasure WHERE tag = :tag;

-- 37 erasures
SELECT tag FROM erasure ORDER BY tag;

-- 38 erasure_drop
DELETE FROM erasure WHERE tag = :tag;

-- 39 offer_add
INSERT OR IGNORE INTO offer (day, serial) VALUES (:day, :serial);

-- 40 offers
SELECT serial FROM offer WHERE day = :day ORDER BY serial;

-- 41 offers_drop
DELETE FROM offer WHERE day < :day;

-- 42 boot_set
INSERT OR REPLACE INTO boot (one, id) VALUES (1, :id);

-- 43 boot
SELECT id FROM boot WHERE one = 1;

-- 44 uploads_done
SELECT count(*) FROM upload WHERE name IS NULL AND until = :until;
