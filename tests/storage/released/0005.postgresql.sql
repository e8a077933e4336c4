CREATE TABLE public.absence (
    service character varying NOT NULL,
    "user" character varying NOT NULL,
    until bigint NOT NULL,
    since bigint NOT NULL,
    by character varying NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.build (
    service character varying NOT NULL,
    version character varying NOT NULL,
    ordinal bigint NOT NULL,
    sha character varying NOT NULL,
    branch character varying NOT NULL,
    body text NOT NULL,
    "position" bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.comparison (
    service character varying NOT NULL,
    ci character varying NOT NULL,
    old character varying NOT NULL,
    new character varying NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.connection (
    name character varying NOT NULL,
    silent_since bigint,
    told_at bigint,
    expires_at bigint,
    days_told integer,
    probed_at bigint
);
CREATE TABLE public.counter (
    name character varying NOT NULL,
    value bigint NOT NULL
);
CREATE TABLE public.delivery (
    id character varying NOT NULL,
    at bigint NOT NULL,
    answer text NOT NULL
);
CREATE TABLE public.effect (
    id bigint NOT NULL,
    destination character varying NOT NULL,
    kind character varying NOT NULL,
    release bigint NOT NULL,
    body text NOT NULL,
    due_at bigint NOT NULL,
    tries integer NOT NULL,
    lease_by character varying,
    lease_until bigint,
    done_at bigint,
    failure text,
    service character varying DEFAULT ''::character varying NOT NULL,
    history_row bigint DEFAULT '0'::bigint NOT NULL,
    seal character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.effect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.effect_id_seq OWNED BY public.effect.id;
CREATE TABLE public.fact (
    key character varying NOT NULL,
    as_of bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.follower (
    "user" character varying NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.granted (
    correlation character varying NOT NULL,
    release bigint NOT NULL,
    environment character varying NOT NULL,
    attempt integer NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.history (
    service character varying NOT NULL,
    "row" bigint NOT NULL,
    at bigint NOT NULL,
    actor character varying NOT NULL,
    event character varying NOT NULL,
    release bigint NOT NULL,
    body text NOT NULL,
    outcome text NOT NULL,
    hash character varying NOT NULL
);
CREATE TABLE public.holding (
    id bigint NOT NULL,
    service character varying NOT NULL,
    environment character varying NOT NULL,
    release bigint NOT NULL,
    since bigint NOT NULL,
    left_at bigint
);
CREATE SEQUENCE public.holding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.holding_id_seq OWNED BY public.holding.id;
CREATE TABLE public.home (
    "user" character varying NOT NULL,
    opened_at bigint NOT NULL,
    drawn character varying NOT NULL,
    owner character varying NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.message (
    key character varying NOT NULL,
    channel character varying NOT NULL,
    ts character varying NOT NULL,
    drawn character varying NOT NULL,
    at bigint NOT NULL,
    left_channel character varying DEFAULT ''::character varying NOT NULL,
    left_ts character varying DEFAULT ''::character varying NOT NULL
);
CREATE TABLE public.plan (
    fingerprint character varying NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.policy (
    number bigint NOT NULL,
    digest character varying NOT NULL,
    at bigint NOT NULL,
    actor character varying NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.release (
    number bigint NOT NULL,
    service character varying NOT NULL,
    version character varying NOT NULL,
    kind character varying NOT NULL,
    state character varying NOT NULL,
    in_flight integer NOT NULL,
    revision bigint NOT NULL,
    plan character varying NOT NULL,
    wake_at bigint,
    ended_at bigint,
    body text NOT NULL
);
CREATE TABLE public.reminder (
    "user" character varying NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.schema_support (
    lowest character varying NOT NULL
);
CREATE TABLE public.service (
    service character varying NOT NULL,
    body text NOT NULL,
    chain_row bigint NOT NULL,
    chain_hash character varying NOT NULL,
    policy bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.success (
    id bigint NOT NULL,
    service character varying NOT NULL,
    environment character varying NOT NULL,
    release bigint NOT NULL,
    at bigint NOT NULL,
    body text NOT NULL,
    branch character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.success_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.success_id_seq OWNED BY public.success.id;
ALTER TABLE ONLY public.effect ALTER COLUMN id SET DEFAULT nextval('public.effect_id_seq'::regclass);
ALTER TABLE ONLY public.holding ALTER COLUMN id SET DEFAULT nextval('public.holding_id_seq'::regclass);
ALTER TABLE ONLY public.success ALTER COLUMN id SET DEFAULT nextval('public.success_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.build VALUES ('website', '2.1.0', 1, '0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 1);
INSERT INTO public.build VALUES ('website', '2.2.0', 2, '0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}', 2);
INSERT INTO public.build VALUES ('shop', '2.1.0', 1, '0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 1);
INSERT INTO public.build VALUES ('search', '2.3.0', 1, '0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1}', 1);
INSERT INTO public.connection VALUES ('database', NULL, NULL, NULL, NULL, 1772445600000000);
INSERT INTO public.counter VALUES ('database', 1092012548130927666);
INSERT INTO public.counter VALUES ('release', 4);
INSERT INTO public.delivery VALUES ('a lock', 1772445600000000, '{"reply":{"code":"locked","values":{"environment":"production","service":"search","by":"U0TIM","reason":"no search over the weekend"}}}');
INSERT INTO public.effect VALUES (4, 'run:bed47a38da7f2015abb3', 'trigger', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 3, '');
INSERT INTO public.effect VALUES (6, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_succeeded","environment":"staging","by":1}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (7, 'call:1', 'call', 1, '{"release":1,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (8, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (9, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_requested","environment":"production","by":1}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 7, '');
INSERT INTO public.effect VALUES (10, 'thread:1', 'post_to_thread', 1, '{"release":1,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 9, '');
INSERT INTO public.effect VALUES (11, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 9, '');
INSERT INTO public.effect VALUES (12, 'post_to_channel:website', 'post_to_channel', 0, '{"service":"website","code":"locked","values":{"environment":"production","service":"website","by":"U0TIM","reason":"incident"}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 10, '');
INSERT INTO public.effect VALUES (13, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"reevaluate"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 10, '');
INSERT INTO public.effect VALUES (14, 'post_to_channel:website', 'post_to_channel', 0, '{"service":"website","code":"unlocked","values":{"environment":"production","service":"website","by":"U0TIM","reason":"incident"}}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 11, '');
INSERT INTO public.effect VALUES (15, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"reevaluate"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 11, '');
INSERT INTO public.effect VALUES (16, 'thread:1', 'post_to_thread', 1, '{"release":1,"code":"cancelled","values":{"by":"U0TIM","reason":"enough"},"users":["U0ANDY","U0AMITA"]}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 12, '');
INSERT INTO public.effect VALUES (17, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 12, '');
INSERT INTO public.effect VALUES (18, 'announce:website', 'announce', 0, '{"service":"website","version":"2.2.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 13, '');
INSERT INTO public.effect VALUES (19, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_requested","environment":"staging","by":2}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 14, '');
INSERT INTO public.effect VALUES (20, 'card:2', 'show_card', 2, '{"release":2}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 14, '');
INSERT INTO public.effect VALUES (21, 'run:7ee9bc0f9f7fd1eefb6c', 'trigger', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 14, '');
INSERT INTO public.effect VALUES (22, 'announce:website', 'announce', 0, '{"service":"website","version":"2.2.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 14, '');
INSERT INTO public.effect VALUES (23, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_succeeded","environment":"staging","by":2}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 17, '');
INSERT INTO public.effect VALUES (24, 'call:2', 'call', 2, '{"release":2,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 17, '');
INSERT INTO public.effect VALUES (25, 'announce:website', 'announce', 0, '{"service":"website","version":"2.2.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 17, '');
INSERT INTO public.effect VALUES (26, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 17, '');
INSERT INTO public.effect VALUES (27, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_requested","environment":"production","by":2}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 18, '');
INSERT INTO public.effect VALUES (28, 'thread:2', 'post_to_thread', 2, '{"release":2,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 20, '');
INSERT INTO public.effect VALUES (29, 'announce:website', 'announce', 0, '{"service":"website","version":"2.2.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 20, '');
INSERT INTO public.effect VALUES (30, 'announce:shop', 'announce', 0, '{"service":"shop","version":"2.1.0"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 2, '');
INSERT INTO public.effect VALUES (31, 'notify_open:shop', 'notify_open', 0, '{"service":"shop","what":"newer_requested","environment":"staging","by":3}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 3, '');
INSERT INTO public.effect VALUES (32, 'card:3', 'show_card', 3, '{"release":3}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 3, '');
INSERT INTO public.effect VALUES (33, 'run:13e4cdae7c53a8030287', 'trigger', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 3, '');
INSERT INTO public.effect VALUES (34, 'announce:shop', 'announce', 0, '{"service":"shop","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'shop', 3, '');
INSERT INTO public.effect VALUES (35, 'notify_open:shop', 'notify_open', 0, '{"service":"shop","what":"newer_succeeded","environment":"staging","by":3}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'shop', 6, '');
INSERT INTO public.effect VALUES (36, 'call:3', 'call', 3, '{"release":3,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 6, '');
INSERT INTO public.effect VALUES (37, 'announce:shop', 'announce', 0, '{"service":"shop","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'shop', 6, '');
INSERT INTO public.effect VALUES (38, 'notify_open:shop', 'notify_open', 0, '{"service":"shop","what":"newer_requested","environment":"production","by":3}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'shop', 7, '');
INSERT INTO public.effect VALUES (39, 'thread:3', 'post_to_thread', 3, '{"release":3,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 9, '');
INSERT INTO public.effect VALUES (40, 'announce:shop', 'announce', 0, '{"service":"shop","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'shop', 9, '');
INSERT INTO public.effect VALUES (41, 'announce:search', 'announce', 0, '{"service":"search","version":"2.3.0"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'search', 2, '');
INSERT INTO public.effect VALUES (42, 'notify_open:search', 'notify_open', 0, '{"service":"search","what":"newer_requested","environment":"staging","by":4}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'search', 3, '');
INSERT INTO public.effect VALUES (43, 'card:4', 'show_card', 4, '{"release":4}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'search', 3, '');
INSERT INTO public.effect VALUES (44, 'run:2cf218200425d7d4cc95', 'trigger', 4, '{"release":4,"correlation":"2cf218200425d7d4cc95"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'search', 3, '');
INSERT INTO public.effect VALUES (5, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 3, '');
INSERT INTO public.effect VALUES (45, 'announce:search', 'announce', 0, '{"service":"search","version":"2.3.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'search', 3, '');
INSERT INTO public.effect VALUES (46, 'post_to_channel:search', 'post_to_channel', 0, '{"service":"search","code":"locked","values":{"environment":"production","service":"search","by":"U0TIM","reason":"no search over the weekend"}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'search', 5, '');
INSERT INTO public.effect VALUES (47, 'notify_open:search', 'notify_open', 0, '{"service":"search","what":"reevaluate"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'search', 5, '');
INSERT INTO public.effect VALUES (2, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_requested","environment":"staging","by":1}', 1772445600000000, 0, 'worker of a bot', 1772445609000000, NULL, NULL, 'website', 3, '');
INSERT INTO public.effect VALUES (3, 'card:1', 'show_card', 1, '{"release":1}', 1772445600000000, 0, 'worker of a bot', 1772445609000000, NULL, NULL, 'website', 3, '');
INSERT INTO public.effect VALUES (1, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 1772445600000000, 0, NULL, 1772445609000000, 1772445600000000, NULL, 'website', 2, '');
INSERT INTO public.granted VALUES ('bed47a38da7f2015abb3', 1, 'staging', 1, 1772445600000000);
INSERT INTO public.granted VALUES ('7ee9bc0f9f7fd1eefb6c', 2, 'staging', 1, 1772445600000000);
INSERT INTO public.granted VALUES ('13e4cdae7c53a8030287', 3, 'staging', 1, 1772445600000000);
INSERT INTO public.granted VALUES ('2cf218200425d7d4cc95', 4, 'staging', 1, 1772445600000000);
INSERT INTO public.history VALUES ('docs', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan 00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf":"44665204275e11715fa8876cdf82494caed56e7af98c86278be9d355ece470025f5d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', 'f9a376afa6f8d294af370513aaeb31eee161c2be1dcbaa341c874751c7410f9b');
INSERT INTO public.history VALUES ('mail', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan 7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad":"201d798e4ab50116ab750924360971e42345994ca619809155689dd8ad4b9d19251d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '29bec0f405f08518c25dd83bd8575e35958b04aa5af4176286636d102d11365f');
INSERT INTO public.history VALUES ('search', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '26e12b9b7c0e1a31dbf74df210abde4962433ee2100f2cfeb733c60896050115');
INSERT INTO public.history VALUES ('shop', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '0e2e0435e8c2e54bbca7430a8727bfd4fbf67aa09ca77b69f8b84e812b2addee');
INSERT INTO public.history VALUES ('stats', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan 17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094":"ade3e6809537abdcb7f0c1a7077f1b46f1c1be0618bc65684d31244c4fd522a5b964","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '81e670c1dd4037ddacad6fc6f6eba32710464c01bdbdd83544fac50e950fbec3');
INSERT INTO public.history VALUES ('website', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"272000163afe9624b4ce2f65533d1df7fa6e653d4579f72687d01114e7dd3ef52ee2","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', 'de1288372191b6f7da2e57c9a1521c03a82c46281555e8cf0de853be0d80f50a');
INSERT INTO public.history VALUES ('website', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}', '{"order":1,"reply":"build_ready","rows":{"build website 2.1.0":"327c4385cf0bad7f18dabaf62c658ab3b0c3a15e2b34ac8f30c345edae4533e5b064b7b7e714d1"}}', '72a1bf328a5b8ac1a77d9dc9967d9a65c434da33cea7453eb668279e266c11f3');
INSERT INTO public.history VALUES ('website', 3, 1772445600000000, 'U0ANDY', 'started', 1, '{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 2":"083fd42fc919844663c890edb625c728f91c201b60b3a23e91f4c1179d8292094cec9b0d1221e7","effect 4":"ae03f8c69bb67dbd7db612addfbdbd00a8ef6e6079225477b21b313c69910097fc2b9b385db7e7","granted bed47a38da7f2015abb3":"47db69fb9149ad74f6da02f816126c31ea7da21d6d2e40dad1b3b8f1538c374657b76325b7","holding 1":"aa02ce8f2b258d662f4f219e944c0adb02d9cb5b2b721942ea781d6934212e6125b7f1b7e757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 1":"fbda36b7c6bf80c047802f594dbc6b717dbc712832de5076d3b12a247237a59a93f121e4b787b7e724d1","service website":"816cd478ebd9c4b3f6d40de7923ffcf5e9185241cf69f471151795a62a8a3e9083e7"},"step":"staging","step_state":"granted","to":"deploying"}', 'd63cdf07be890469a3b6d4295d91aa7b16bc45039b22fbb5d6b6a5dbe21dc39a');
INSERT INTO public.history VALUES ('website', 4, 1772445600000000, 'shiproom', 'send_requested', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 1":"b726ca0a1e277fc4883058629dfb509137ef5ac2dd3653ee6c273be4245617ad83f1b7e4b7870de724d1","service website":"463605bded48ed01b6b783f75c1e8c2642bc0ab8b34a6fde828945278ad7bc98a3e7"},"step":"staging","step_state":"sent","to":"deploying"}', 'c6150f1fdac62177e5c65720fca5f7c6bc22bdc9e49ff7f09be3a1c5668c36d6');
INSERT INTO public.history VALUES ('website', 5, 1772445600000000, 'shiproom', 'send_accepted', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3","run_id":"run 1"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 1":"d2540ba48536b182d2e2422c199c78999303d7fbc74c2a7d139635eb92f0289eebf1b7e4b7879be724d1"},"step":"staging","step_state":"running","to":"deploying"}', 'e3da3f5076cf01bf4a0a6be95c5c24b6add56de3d517d64e6342155cb99b478d');
INSERT INTO public.history VALUES ('website', 6, 1772445600000000, 'shiproom', 'run_reported', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3","run_id":"run 1","state":"succeeded"}', '{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 6":"ed62f58f86dcadfcb640f14b1d2ea73dcaf62a5ddd76fdcafaf7c34149c321640bec14141221e7","release 1":"25d762d37edd05100f53999c087012dc339d0d7b8242ce3408af9896c342b1cf56f121e4b78738e7aed1","service website":"2cdb2957cfdf58c87bf221d53cbf3f71a23c7f54bd214603d64a70fa126f14f7a6e7","success 1":"d37faae7d061308354ac8f6517847b76c914b532550259b3ad220dfa263ab6c857b06425b7b7e7"},"step":"production","step_state":"waiting","to":"waiting"}', 'ca966f8a63a09702b7e84b40d51566e326c74d8cf608f50dc501c792476867be');
INSERT INTO public.history VALUES ('website', 7, 1772445600000000, 'U0ANDY', 'step_requested', 1, '{"release":1,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 9":"fe82531c63179363a43242b846f5e8b811151eef72d17af1abe1b3b5664736ddfaec82851221e7","release 1":"48f46782f50e472f0bec6fbc7af426b1cbefd94bb693115eeda766f755786c209af121e4b787aee7aed1"},"step":"production","step_state":"waiting","to":"waiting"}', '72fdf1534d9391d73d06b24c3e53b749791bfd201dcdea3246ec2bcb354dd3df');
INSERT INTO public.history VALUES ('website', 8, 1772445600000000, 'U0ANDY', 'signed_off', 1, '{"release":1,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', 'a8cf4a228c71f351a4fad104dd9aa06a04d5d82c3ad346e7c2ac6195fe0cc3a2');
INSERT INTO public.history VALUES ('website', 9, 1772445600000000, 'U0AMITA', 'signed_off', 1, '{"release":1,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 1":"2f8c5c34287b71320c4909ca89ded1452ac0000bcc103343ffd2d5e44c5b7a6525b757b7e757","release 1":"b1acfa68e6ef2ece2ac5cf2943e2fcc3f79a1b98afeff3fa2dba424cdc8bc47f23f121e4b78714e7aed1","service website":"e7b565a364fee5111e6d0a58f35940dd6f3a1631e2b5c327d9db14d742849897ace7"},"step":"production","step_state":"waiting","to":"waiting"}', '38e3eb56ec1126f8028f001e99403dc79c525cafd08d1d198b388c44e6d29b4a');
INSERT INTO public.history VALUES ('website', 10, 1772445600000000, 'U0TIM', 'locked', 0, '{"service":"website","environments":["production"],"actor":"U0TIM","reason":"incident"}', '{"by":"U0TIM","environment":"production","reason":"incident","reply":"locked","rows":{"effect 13":"2cdac897e1404f460d535ddaae1648a0cfe0446ec0d3cad7d605f6dfca9095ac7aece15b1221e7","service website":"963f99bcbc548a737c0c950b51674dd17b87e49d6906c2e11c6f39498ef49cab87e7"},"service":"website"}', 'ab5b89d4c967cf07e137b51bcc509ba5f0647bb4798bdf56435248b9e521c3ef');
INSERT INTO public.history VALUES ('website', 11, 1772445600000000, 'U0TIM', 'unlocked', 0, '{"service":"website","environments":["production"],"actor":"U0TIM"}', '{"by":"U0TIM","environment":"production","reason":"incident","reply":"unlocked","rows":{"effect 15":"80cf1fbeb1cb1a065a1af737b6223f99ecff3c03d0b1d78acc8adb71d126478b7aec776e1221e7","service website":"483f6aa56d1d746e6cb42f89855a1db43bd1b3a028e84b768897ef98fd7a0e97f8e7"},"service":"website"}', '65ed3534ea58b28d6301a46ff0b5a1925d555224bdd45eed595761e400d0ea0b');
INSERT INTO public.history VALUES ('website', 12, 1772445600000000, 'U0TIM', 'cancel_requested', 1, '{"release":1,"actor":"U0TIM","reason":"enough"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"cancelled","rows":{"release 1":"d1a00067f984e7ccb7e46a14a39259a9bb12bdaf6fb7c0ac7d722ef7dad324a9d25721e4b78782e7c7d1"},"step":"production","step_state":"skipped","to":"cancelled"}', '7eef843a899f2f136f93c23f208311facb42ef850ccf59813b7d14be090d3ab1');
INSERT INTO public.history VALUES ('website', 13, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:2","changes":[],"position":2}}', '{"order":2,"reply":"build_ready","rows":{"build website 2.2.0":"e94e4f1535b1d8a1a982f02c7e7d4fe84a86a83c28bfbf92cbea20b3b4ec56441f640d0de74e88"}}', 'ca794155c69211994a0fff408e92182d0b63eda93467dca876c5e77b336084f6');
INSERT INTO public.history VALUES ('website', 14, 1772445600000000, 'U0ANDY', 'started', 2, '{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 19":"e8f31619a25258c0ec28d2511c0b11ef93c2211a8faf589c64a7d1ecbb81312a8fecf8451221e7","effect 21":"8051200aff8769a454f8ae4b7c6ee41e944f06da36ecaa24b8904aefec42c5c071aef8b45d0de7","granted 7ee9bc0f9f7fd1eefb6c":"af78b1f83417e095cd4755a38a71d0d2999afb3ee4bc8be9468b48ab31c6ecaf57b7e6250d","holding 2":"f854020f75062f5ac1128fdd5167fdaec4735a39d3d83ef5082595bdf09578b1250df10de757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 2":"606d0eefd8f9b6769674458135cea208ede9529216189265e1c267a30102e7397ff121e40d87b7e72488","service website":"40869b29094f6322d2a5b2d8ca9c3bf67b8313f6d23261725ffd522444f9db4831e7"},"step":"staging","step_state":"granted","to":"deploying"}', '89a0b12e134fe20c09366ede2f9e6677ce8b74ab71fdc8d19f6a8a039ce16c1f');
INSERT INTO public.history VALUES ('website', 15, 1772445600000000, 'shiproom', 'send_requested', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 2":"2893d98410f5ea12f3d91d166cd0e4eb9835908f86db2d1584ac78901d1d62eea9f1b7e40d870de72488","service website":"8912ea166698e21c42794192003c013c215c7ea25b4ff30a0e6651009d95b442e2e7"},"step":"staging","step_state":"sent","to":"deploying"}', '7b6ab0a063487b9578043b45a1b141ab586572faa1ddb417dd318ede7e10ec79');
INSERT INTO public.history VALUES ('website', 16, 1772445600000000, 'shiproom', 'send_accepted', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c","run_id":"run 2"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 2":"d663a83e264386b5677a81f630b635e623c5abb4081cce7b25c99373b2ea7e27b7f1b7e40d879be72488"},"step":"staging","step_state":"running","to":"deploying"}', 'c83cef4cb0f049ab73ad0cfcf84a7877b798a4139d06bb21a0b16e64b49d560d');
INSERT INTO public.history VALUES ('website', 17, 1772445600000000, 'shiproom', 'run_reported', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c","run_id":"run 2","state":"succeeded"}', '{"attempt":1,"effects":["show_card","show_card","notify_open","call","announce","announce"],"from":"deploying","reply":"reported","rows":{"effect 23":"563a32364aba44fc72e169557e40a58cb53be339ac1e9ffba7d7b6cbc3283026c8ec42981221e7","release 2":"5be1d66c5146461d6b2819e0bbcf3ad829ce524b8345b26c1bfb9acc16a194119cf121e40d8738e7ae88","service website":"853254b7b9e71746e4ad5cd76e3cb0fb817156537cdeb03409243ecd81e69552e4e7","success 2":"ca9178303982a507ee234ed75204ca69746196f1f32bf536ca88752a3b1ce682571f64250d0de7"},"step":"production","step_state":"waiting","to":"waiting"}', '9ec977c5c5fc689126c8800dde864633446318d30170cca8d4dbb62d67b8254f');
INSERT INTO public.history VALUES ('website', 18, 1772445600000000, 'U0ANDY', 'step_requested', 2, '{"release":2,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 27":"02beb63ab7075c82e80e55cf446add994f225a532a7268d95ab3c1d061b9733739ecd3811221e7","release 2":"25c2a81640d3a9fb6472933638e9e9b1209e1f3e401f40f243b0498fb370eefa3ef121e40d87aee7ae88"},"step":"production","step_state":"waiting","to":"waiting"}', 'fc5aab029159fe4a3b963174e0e5567ee93fd4c8fc4b3e5fcfea198a931e314d');
INSERT INTO public.history VALUES ('website', 19, 1772445600000000, 'U0ANDY', 'signed_off', 2, '{"release":2,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', '516adc180d95d2572247764d5f0d3caeecb27cc893e254d73554bfc5dbf56f52');
INSERT INTO public.history VALUES ('website', 20, 1772445600000000, 'U0AMITA', 'signed_off', 2, '{"release":2,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 2":"c0dc06486aed995003913c8f64247334458c58afc3240783377deee684a8469a250d570de757","release 2":"75a6ca4f713b953bc1f5d9f4f4b46a43d2d26038f120e12091a658c3e12d1dff65f121e40d8714e7ae88","service website":"f3d0500b56d37caef7da72f490ef259dc31a0b7a3463a0e4c5980b46d5eb972f2de7"},"step":"production","step_state":"waiting","to":"waiting"}', 'f1b8f3dcf28e7fb2238b43df2682e188421e4cc2017e12c2cc49c24903c24a1c');
INSERT INTO public.history VALUES ('shop', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}', '{"order":1,"reply":"build_ready","rows":{"build shop 2.1.0":"316e4783c9ea54c71a8268d45748442fc484218c83087ac0f3a85d4087408ac67964b7b7a214d1"}}', 'b827cf3a6005c39734b5183abd66a18172f0f986a80351339544673e1ebea4d2');
INSERT INTO public.history VALUES ('shop', 3, 1772445600000000, 'U0ANDY', 'started', 3, '{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 31":"8863089f2f30eacbb001e1e579c07ab2bd0bf4e46a4424af3b4d9e967a98f268d5a09bf51221a2","effect 33":"3bdcf4caa950412484a6b616b47f2b3f04b155032e62b35db552699657f94378be9b9bd95d9ba2","granted 13e4cdae7c53a8030287":"381479072107d09abe088b53a5ab67647f976df06db9bb58503ab51243d22c3757b7d3259b","holding 3":"48d59221c3e53a5d0b8509c998415e457b18294b992e9e3c19cd37119de51091259bf19ba257","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","release 3":"daded389d83a2dfb9b9c21a0e106d68b23961c4cbd40d122c7bacaaf1e21a39907f121e49b00b7a224d1","service shop":"b6819eeb0a7067ea4b993a96eca624e021ac5bf5e84bc7fa3e6b97a7e4e76f05eda2"},"step":"staging","step_state":"granted","to":"deploying"}', '6a05d5581c0eb2740c246fa7fd6afebcf7aed5d4948139c1bab9e2144fef9c78');
INSERT INTO public.history VALUES ('shop', 4, 1772445600000000, 'shiproom', 'send_requested', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 3":"985bb748010cef136a54358a22cf7dee28e17f30952e48509aa63fdd60ac3e2988f1b7e49b000da224d1","service shop":"c14d26a63dd19d330efffcc800f2845e272a7160f98a00274d916157f1cf876920a2"},"step":"staging","step_state":"sent","to":"deploying"}', 'f46b98f51374fd5c5f5e062db459fe2fb5a3d1951558f277c7e3f5b716c07172');
INSERT INTO public.history VALUES ('shop', 5, 1772445600000000, 'shiproom', 'send_accepted', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287","run_id":"run 3"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 3":"1cba8016ceedbe0b871b3ea8b6d39770e4d84efba87993544e5c4988347e57a322f1b7e49b009ba224d1"},"step":"staging","step_state":"running","to":"deploying"}', '955c8fd4d6aa5c7c7bdbfee292c2f6f8f3c543b04d6dc4be4f229f98d5de8296');
INSERT INTO public.history VALUES ('shop', 6, 1772445600000000, 'shiproom', 'run_reported', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287","run_id":"run 3","state":"succeeded"}', '{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 35":"5d524409ef43d555a2fcff7f06761f3b4f4665d65a17f394a8801ed7dc4f45ed92a014ec1221a2","release 3":"c6bd7ec696a8889cbbfafc82ee5816554858bcdbed0818046a991336e0b8b5c9fdf121e49b0038a2aed1","service shop":"7e656a07e946d342fe2283065936d32268c2633d0c6d996cb0735d26f24550e2f3a2","success 3":"607b3b3d1644e3da23883e5c704c82a0092d65409161fcef103e25469fc3ced8577964259b9ba2"},"step":"production","step_state":"waiting","to":"waiting"}', 'c951c3812a8aa55b83d34ee75b9643efde34bad2839638fd0977fa1787bb242c');
INSERT INTO public.history VALUES ('shop', 7, 1772445600000000, 'U0ANDY', 'step_requested', 3, '{"release":3,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 38":"4049fcf6ed9734bbb18546a66767510b89c624d661cf1f5bcbf06591e08126bf27a082511221a2","release 3":"caa4ee42f0655d16820708503c2fc420d5825d298f960b5ef145bbf3f9baeb3b26f121e49b00aea2aed1"},"step":"production","step_state":"waiting","to":"waiting"}', 'c99814f1c887b3e77823956f6b1dc072fc92f0c585365e8e5bba9ac5d4500f97');
INSERT INTO public.history VALUES ('shop', 8, 1772445600000000, 'U0ANDY', 'signed_off', 3, '{"release":3,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', 'df0b29de74380a40750126646c820ba13c7b5a968e9e21c4ab019feabf9b72a9');
INSERT INTO public.history VALUES ('shop', 9, 1772445600000000, 'U0AMITA', 'signed_off', 3, '{"release":3,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 3":"1644db1f3f32bbf578338c1e3a0277fcfa86a1ad574b86bfc3af85185add5c98259b579ba257","release 3":"8677c5419d6fed2d0e84477205920e919053898ed8a8ebefe58987439496d0f704f121e49b0014a2aed1","service shop":"a16fd90747aae889cfe4d4c4ff5a11000bea72e9ad357ddcf49afd09e4466bdec3a2"},"step":"production","step_state":"waiting","to":"waiting"}', 'cbab927172676034e54b0cf05af0ca0e980a18168fad8322afebcd841b837d43');
INSERT INTO public.history VALUES ('search', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:3","changes":[],"position":3}}', '{"order":1,"reply":"build_ready","rows":{"build search 2.3.0":"b5c28aac6717b283a0fad52f7325dc32c165e771081c54ba09cdf8e640588f12f064b7b7a778bf"}}', '952d40354929d73252bb8b697521940d18a873580bc8c12575923b54dacf0106');
INSERT INTO public.history VALUES ('search', 3, 1772445600000000, 'U0ANDY', 'started', 4, '{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 42":"7ea11f26846a3dbf38901664214e7ad998d7ce3c266876027c79ada3cd951b4cc1cf9b881221a7","effect 44":"e8a1584655836beb78457a18e719b345426c0ef82fade0414daf634481247f4b03ed9bbd5d38a7","granted 2cf218200425d7d4cc95":"81ee71439068bab306a3ca348d29f8c2b458cb6c5583c5278af35c7411c3d34257b7a52538","holding 4":"d0660dc6e4fb3c0a809041589b278748483935146051bd9e982c0eea144b73d32538f138a757","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","release 4":"3683698995521885ba58af7918d33bd028e031aa76d6f863b10b5ca26ba592223bf121e4388fb7a724bf","service search":"2fc34ba82d7880eb9870995d3dfd73e1de5f28008dc37150b1dbfa85183075ed68a7"},"step":"staging","step_state":"granted","to":"deploying"}', 'b78448278c14d26c4f350a887e8591e9b53163cbbf5e8f27bb5e885454bd8e5e');
INSERT INTO public.history VALUES ('search', 4, 1772445600000000, 'shiproom', 'send_requested', 4, '{"release":4,"correlation":"2cf218200425d7d4cc95"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 4":"cada73af9170379b4068d980bc7eaec686079465a5b324a636c28d660f4d032086f1b7e4388f0da724bf","service search":"20841a8bfa2bc38174c79a54ff494a36ca47c8379fbe24e400a2c58a6b8e783044a7"},"step":"staging","step_state":"sent","to":"deploying"}', 'f76e34cb3486b50d9e8ee098c7956225bf76d85a2efba06a1391458bec4a1edb');
INSERT INTO public.history VALUES ('search', 5, 1772445600000000, 'U0TIM', 'locked', 0, '{"service":"search","environments":["production"],"actor":"U0TIM","reason":"no search over the weekend"}', '{"by":"U0TIM","environment":"production","reason":"no search over the weekend","reply":"locked","rows":{"effect 47":"800703270c9ab099f7eb42ef8e1f58c5dd653255777d6a8eeb3dadd56ae11ccf2acfae071221a7","service search":"dcd2e31a1f88375624786a91e28761eae0abc85e7b0b395197467edbdbad21a9f7a7"},"service":"search"}', 'acb0220f9e3ee0874d599ba64ec0b002aa128128aa6f684f91065ffd9aa5ac77');
INSERT INTO public.holding VALUES (1, 'website', 'staging', 1, 1772445600000000, 1772445600000000);
INSERT INTO public.holding VALUES (2, 'website', 'staging', 2, 1772445600000000, 1772445600000000);
INSERT INTO public.holding VALUES (3, 'shop', 'staging', 3, 1772445600000000, 1772445600000000);
INSERT INTO public.holding VALUES (4, 'search', 'staging', 4, 1772445600000000, NULL);
INSERT INTO public.plan VALUES ('00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"docs","starters":["developers","ops"]}');
INSERT INTO public.plan VALUES ('7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"mail","starters":["developers","ops"]}');
INSERT INTO public.plan VALUES ('6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"search","starters":["developers","ops"]}');
INSERT INTO public.plan VALUES ('ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"shop","starters":["developers","ops"]}');
INSERT INTO public.plan VALUES ('17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"stats","starters":["developers","ops"]}');
INSERT INTO public.plan VALUES ('a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960', '{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"website","starters":["developers","ops"]}');
INSERT INTO public.policy VALUES (1, 'policy of the tests', 1772445600000000, 'shiproom', 'version: 1');
INSERT INTO public.release VALUES (1, 'website', '2.1.0', 'normal', 'cancelled', 0, 7, 'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960', NULL, 1772445600000000, '{"number":1,"kind":"normal","build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"bed47a38da7f2015abb3","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 1","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"skipped","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]],"ended_at":"2026-03-02T10:00:00Z"}],"ending":{"state":"cancelled","by":"U0TIM","at":"2026-03-02T10:00:00Z","reason":"enough"},"begins_in":"staging"}');
INSERT INTO public.release VALUES (2, 'website', '2.2.0', 'normal', 'waiting', 0, 6, 'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960', 1772445660000000, NULL, '{"number":2,"kind":"normal","build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"7ee9bc0f9f7fd1eefb6c","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 2","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"came_after":"2.1.0","ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]]}],"begins_in":"staging"}');
INSERT INTO public.release VALUES (3, 'shop', '2.1.0', 'normal', 'waiting', 0, 6, 'ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2', 1772445660000000, NULL, '{"number":3,"kind":"normal","build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"13e4cdae7c53a8030287","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 3","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]]}],"begins_in":"staging"}');
INSERT INTO public.release VALUES (4, 'search', '2.3.0', 'normal', 'deploying', 1, 2, '6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2', 1772445630000000, NULL, '{"number":4,"kind":"normal","build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"sent","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","holding":true,"may_have_deployed":true,"intent":{"correlation":"2cf218200425d7d4cc95","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1}},{"environment":"production"}],"begins_in":"staging"}');
INSERT INTO public.schema_support VALUES ('0004');
INSERT INTO public.service VALUES ('docs', '{}', 1, 'f9a376afa6f8d294af370513aaeb31eee161c2be1dcbaa341c874751c7410f9b', 1);
INSERT INTO public.service VALUES ('mail', '{}', 1, '29bec0f405f08518c25dd83bd8575e35958b04aa5af4176286636d102d11365f', 1);
INSERT INTO public.service VALUES ('website', '{"staging":{"environment":"staging","live":{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"release":2,"since":"2026-03-02T10:00:00Z"}},"production":{"environment":"production"}}', 20, 'f1b8f3dcf28e7fb2238b43df2682e188421e4cc2017e12c2cc49c24903c24a1c', 1);
INSERT INTO public.service VALUES ('stats', '{}', 1, '81e670c1dd4037ddacad6fc6f6eba32710464c01bdbdd83544fac50e950fbec3', 1);
INSERT INTO public.service VALUES ('shop', '{"staging":{"environment":"staging","live":{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"release":3,"since":"2026-03-02T10:00:00Z"}}}', 9, 'cbab927172676034e54b0cf05af0ca0e980a18168fad8322afebcd841b837d43', 1);
INSERT INTO public.service VALUES ('search', '{"staging":{"environment":"staging","holder":4,"touched":true},"production":{"environment":"production","locks":[{"owner":"U0TIM","since":"2026-03-02T10:00:00Z","reason":"no search over the weekend"}]}}', 5, 'acb0220f9e3ee0874d599ba64ec0b002aa128128aa6f684f91065ffd9aa5ac77', 1);
INSERT INTO public.success VALUES (1, 'website', 'staging', 1, 1772445600000000, '{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 'main');
INSERT INTO public.success VALUES (2, 'website', 'staging', 2, 1772445600000000, '{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}', 'main');
INSERT INTO public.success VALUES (3, 'shop', 'staging', 3, 1772445600000000, '{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 'main');
ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_pkey PRIMARY KEY (service, "user");
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.build
    ADD CONSTRAINT build_pkey PRIMARY KEY (service, version);
ALTER TABLE ONLY public.comparison
    ADD CONSTRAINT comparison_pkey PRIMARY KEY (service, ci, old, new);
ALTER TABLE ONLY public.connection
    ADD CONSTRAINT connection_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.effect
    ADD CONSTRAINT effect_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.follower
    ADD CONSTRAINT follower_pkey PRIMARY KEY ("user");
ALTER TABLE ONLY public.granted
    ADD CONSTRAINT granted_pkey PRIMARY KEY (correlation);
ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (service, "row");
ALTER TABLE ONLY public.holding
    ADD CONSTRAINT holding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.home
    ADD CONSTRAINT home_pkey PRIMARY KEY ("user");
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (fingerprint);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_pkey PRIMARY KEY ("user");
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (service);
ALTER TABLE ONLY public.success
    ADD CONSTRAINT success_pkey PRIMARY KEY (id);
CREATE INDEX build_branch ON public.build USING btree (service, branch, "position", ordinal);
CREATE INDEX build_newest ON public.build USING btree (service, ordinal);
CREATE INDEX build_sha ON public.build USING btree (service, sha);
CREATE INDEX delivery_age ON public.delivery USING btree (at);
CREATE UNIQUE INDEX effect_card ON public.effect USING btree (destination) WHERE ((done_at IS NULL) AND (lease_by IS NULL) AND ((kind)::text = 'show_card'::text));
CREATE INDEX effect_done ON public.effect USING btree (done_at) WHERE (done_at IS NOT NULL);
CREATE INDEX effect_due ON public.effect USING btree (due_at, id) WHERE (done_at IS NULL);
CREATE INDEX effect_failed ON public.effect USING btree (release, id) WHERE (failure IS NOT NULL);
CREATE INDEX effect_lease ON public.effect USING btree (lease_until) WHERE ((done_at IS NULL) AND (lease_by IS NOT NULL));
CREATE INDEX effect_line ON public.effect USING btree (destination, id) WHERE (done_at IS NULL);
CREATE UNIQUE INDEX granted_once ON public.granted USING btree (release, environment, attempt);
CREATE INDEX history_release ON public.history USING btree (release, "row");
CREATE UNIQUE INDEX holding_one ON public.holding USING btree (service, environment) WHERE (left_at IS NULL);
CREATE INDEX policy_digest ON public.policy USING btree (digest);
CREATE INDEX release_build ON public.release USING btree (service, version, number);
CREATE INDEX release_ended ON public.release USING btree (service, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX release_open ON public.release USING btree (service, number) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX release_open_build ON public.release USING btree (service, version) WHERE ((ended_at IS NULL) AND ((kind)::text = 'normal'::text));
CREATE INDEX release_service ON public.release USING btree (service, number);
CREATE INDEX release_state ON public.release USING btree (state, number);
CREATE INDEX release_wake ON public.release USING btree (wake_at) WHERE (ended_at IS NULL);
CREATE INDEX success_branch ON public.success USING btree (service, environment, branch, id);
CREATE INDEX success_line ON public.success USING btree (service, environment, id);
SELECT pg_catalog.setval('public.effect_id_seq', 47, true);
SELECT pg_catalog.setval('public.holding_id_seq', 4, true);
SELECT pg_catalog.setval('public.success_id_seq', 3, true);
