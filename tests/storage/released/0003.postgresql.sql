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
INSERT INTO public.alembic_version VALUES ('0003');
INSERT INTO public.build VALUES ('website', '2.1.0', 1, '0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 1);
INSERT INTO public.build VALUES ('website', '2.2.0', 2, '0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}', 2);
INSERT INTO public.build VALUES ('shop', '2.1.0', 1, '0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 1);
INSERT INTO public.build VALUES ('search', '2.3.0', 1, '0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', '{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1}', 1);
INSERT INTO public.connection VALUES ('database', NULL, NULL, NULL, NULL, 1772445600000000);
INSERT INTO public.counter VALUES ('database', 3226782443772595892);
INSERT INTO public.counter VALUES ('release', 4);
INSERT INTO public.delivery VALUES ('a lock', 1772445600000000, '{"reply":{"code":"locked","values":{"environment":"production","service":"search","by":"U0TIM","reason":"no search over the weekend"}}}');
INSERT INTO public.effect VALUES (4, 'run:bed47a38da7f2015abb3', 'trigger', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3"}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 3, '');
INSERT INTO public.effect VALUES (6, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_succeeded","environment":"staging","by":1}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (7, 'call:1', 'call', 1, '{"release":1,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (8, 'announce:website', 'announce', 0, '{"service":"website","version":"2.1.0"}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 6, '');
INSERT INTO public.effect VALUES (9, 'notify_open:website', 'notify_open', 0, '{"service":"website","what":"newer_requested","environment":"production","by":1}', 4611686018427387904, 0, NULL, NULL, NULL, NULL, 'website', 7, '');
INSERT INTO public.effect VALUES (10, 'thread:1', 'post_to_thread', 1, '{"release":1,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 9, '');
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
INSERT INTO public.effect VALUES (28, 'thread:2', 'post_to_thread', 2, '{"release":2,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'website', 20, '');
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
INSERT INTO public.effect VALUES (39, 'thread:3', 'post_to_thread', 3, '{"release":3,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}', 1772445600000000, 0, NULL, NULL, NULL, NULL, 'shop', 9, '');
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
INSERT INTO public.history VALUES ('docs', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan 00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf":"44665204275e11715fa8876cdf82494caed56e7af98c86278be9d355ece470025f5d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '1f15916482810cb4b2a1a82a10aac15e27ee2b7f02091861f5eb8f40da870f10');
INSERT INTO public.history VALUES ('mail', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan 7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad":"201d798e4ab50116ab750924360971e42345994ca619809155689dd8ad4b9d19251d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '2a50ae6e450a89687628ee18c77a6b9d73b2f78701d772fd65b9a293231b6e5e');
INSERT INTO public.history VALUES ('search', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '5d0916cd8324a0043ffdc9696189679690a2332daebe0cb9ba7173a0cbf1ca0a');
INSERT INTO public.history VALUES ('shop', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', '8f56785aec421fb16286a5d646ecb229bb204a5a89f1df5d25024ad0b6963ec5');
INSERT INTO public.history VALUES ('stats', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan 17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094":"ade3e6809537abdcb7f0c1a7077f1b46f1c1be0618bc65684d31244c4fd522a5b964","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', 'a51ff38b2eb04070ad615c2fd27d084d8525fdb7bf16e3775788f5fc9e986685');
INSERT INTO public.history VALUES ('website', 1, 1772445600000000, 'shiproom', 'policy_loaded', 0, '{}', '{"number":1,"plan":"a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"13be51501a54130a6495a308271e25ea86ea3716af0dca86ee6c231df8c013662eab","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}', 'ec4d1a7ff01a69f91e1a9363d7cd1e651af05bab11a1beee88eff8b833ec7620');
INSERT INTO public.history VALUES ('website', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}', '{"order":1,"reply":"build_ready","rows":{"build website 2.1.0":"327c4385cf0bad7f18dabaf62c658ab3b0c3a15e2b34ac8f30c345edae4533e5b064b7b7e714d1"}}', 'db3b915eb4716dcb246fb2a81c2c4231dfba1cd9657905d7b15e784e3e668087');
INSERT INTO public.history VALUES ('website', 3, 1772445600000000, 'U0ANDY', 'started', 1, '{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 2":"083fd42fc919844663c890edb625c728f91c201b60b3a23e91f4c1179d8292094cec9b0d1221e7","effect 4":"ae03f8c69bb67dbd7db612addfbdbd00a8ef6e6079225477b21b313c69910097fc2b9b385db7e7","granted bed47a38da7f2015abb3":"47db69fb9149ad74f6da02f816126c31ea7da21d6d2e40dad1b3b8f1538c374657b76325b7","holding 1":"aa02ce8f2b258d662f4f219e944c0adb02d9cb5b2b721942ea781d6934212e6125b7f1b7e757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 1":"fbda36b7c6bf80c047802f594dbc6b717dbc712832de5076d3b12a247237a59a93f121e4b787b7e724d1","service website":"816cd478ebd9c4b3f6d40de7923ffcf5e9185241cf69f471151795a62a8a3e9083e7"},"step":"staging","step_state":"granted","to":"deploying"}', '072e0fd8b2fc47c4804e700d49f0c0b970b7774cbc1079107a0d9c20c73aeeaa');
INSERT INTO public.history VALUES ('website', 4, 1772445600000000, 'shiproom', 'send_requested', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 1":"b726ca0a1e277fc4883058629dfb509137ef5ac2dd3653ee6c273be4245617ad83f1b7e4b7870de724d1","service website":"463605bded48ed01b6b783f75c1e8c2642bc0ab8b34a6fde828945278ad7bc98a3e7"},"step":"staging","step_state":"sent","to":"deploying"}', '55c88969009ef820b32ce5fd9733936ef4ea0ae2799c3fd8f06463a441d082d0');
INSERT INTO public.history VALUES ('website', 5, 1772445600000000, 'shiproom', 'send_accepted', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3","run_id":"run 1"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 1":"d2540ba48536b182d2e2422c199c78999303d7fbc74c2a7d139635eb92f0289eebf1b7e4b7879be724d1"},"step":"staging","step_state":"running","to":"deploying"}', '47b73611c07467bde525f449ec0652d35291636194cea909def8a985c06ea5a3');
INSERT INTO public.history VALUES ('website', 6, 1772445600000000, 'shiproom', 'run_reported', 1, '{"release":1,"correlation":"bed47a38da7f2015abb3","run_id":"run 1","state":"succeeded"}', '{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 6":"ed62f58f86dcadfcb640f14b1d2ea73dcaf62a5ddd76fdcafaf7c34149c321640bec14141221e7","release 1":"60d416cc58c6dbfc4787abe14c13fe9f76d263baa24ae8871ef97b928a089f972df121e4b78738e7aed1","service website":"2cdb2957cfdf58c87bf221d53cbf3f71a23c7f54bd214603d64a70fa126f14f7a6e7","success 1":"d37faae7d061308354ac8f6517847b76c914b532550259b3ad220dfa263ab6c857b06425b7b7e7"},"step":"production","step_state":"waiting","to":"waiting"}', '91cbe2f189797de3e3eed197226975291e520d069fa7b1769fe053fe8635753e');
INSERT INTO public.history VALUES ('website', 7, 1772445600000000, 'U0ANDY', 'step_requested', 1, '{"release":1,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 9":"fe82531c63179363a43242b846f5e8b811151eef72d17af1abe1b3b5664736ddfaec82851221e7","release 1":"206db06763a12ced4936906c9e00d6461aa6035458513b89bb282ffdf572cfd350f121e4b787aee7aed1"},"step":"production","step_state":"waiting","to":"waiting"}', 'e9c0f4c2b8e3cabbbe7e67b1297929fc3cbc6295dde54bb51b5a8e75c635c096');
INSERT INTO public.history VALUES ('website', 8, 1772445600000000, 'U0ANDY', 'signed_off', 1, '{"release":1,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', 'e463f70c705bf87d114c364281cfbb8da10de93861b5de8305a5af3fd4346c0d');
INSERT INTO public.history VALUES ('website', 9, 1772445600000000, 'U0AMITA', 'signed_off', 1, '{"release":1,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 1":"2f8c5c34287b71320c4909ca89ded1452ac0000bcc103343ffd2d5e44c5b7a6525b757b7e757","release 1":"b2e45a745dda3737596cb8e68b5636d970910d162890481fc4ce6df2d72bd776b2f121e4b78714e7aed1","service website":"e7b565a364fee5111e6d0a58f35940dd6f3a1631e2b5c327d9db14d742849897ace7"},"step":"production","step_state":"waiting","to":"waiting"}', 'ed2ad36e49c860877e0dc3cd76f867fa4005e40543acce788fba25834b4826a0');
INSERT INTO public.history VALUES ('website', 10, 1772445600000000, 'U0TIM', 'locked', 0, '{"service":"website","environments":["production"],"actor":"U0TIM","reason":"incident"}', '{"by":"U0TIM","environment":"production","reason":"incident","reply":"locked","rows":{"effect 13":"2cdac897e1404f460d535ddaae1648a0cfe0446ec0d3cad7d605f6dfca9095ac7aece15b1221e7","service website":"963f99bcbc548a737c0c950b51674dd17b87e49d6906c2e11c6f39498ef49cab87e7"},"service":"website"}', '60a4259c39cfa7f257ff577e0db7d3dc3b565afab3a9fd260c27d801b691cd71');
INSERT INTO public.history VALUES ('website', 11, 1772445600000000, 'U0TIM', 'unlocked', 0, '{"service":"website","environments":["production"],"actor":"U0TIM"}', '{"by":"U0TIM","environment":"production","reason":"incident","reply":"unlocked","rows":{"effect 15":"80cf1fbeb1cb1a065a1af737b6223f99ecff3c03d0b1d78acc8adb71d126478b7aec776e1221e7","service website":"483f6aa56d1d746e6cb42f89855a1db43bd1b3a028e84b768897ef98fd7a0e97f8e7"},"service":"website"}', '68d60063f7825db699c9cbcd0cb6e8f6d5bf5a96551b18564be8b9a29bf48085');
INSERT INTO public.history VALUES ('website', 12, 1772445600000000, 'U0TIM', 'cancel_requested', 1, '{"release":1,"actor":"U0TIM","reason":"enough"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"cancelled","rows":{"release 1":"14c907a50982d32810d22089cfe540073736504a195d52e45a9c8932cf1c98b4af5721e4b78782e7c7d1"},"step":"production","step_state":"skipped","to":"cancelled"}', '0744bc5c7bcceb3b1d1391316f66253d8c4ef1e2a8ccdae3f9e74302b829ee28');
INSERT INTO public.history VALUES ('website', 13, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:2","changes":[],"position":2}}', '{"order":2,"reply":"build_ready","rows":{"build website 2.2.0":"e94e4f1535b1d8a1a982f02c7e7d4fe84a86a83c28bfbf92cbea20b3b4ec56441f640d0de74e88"}}', '687bbf6de6ae6a0ab1b3549d431ff05efb8e33a7aacc6a8cc8c97657e24ad2be');
INSERT INTO public.history VALUES ('website', 14, 1772445600000000, 'U0ANDY', 'started', 2, '{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 19":"e8f31619a25258c0ec28d2511c0b11ef93c2211a8faf589c64a7d1ecbb81312a8fecf8451221e7","effect 21":"8051200aff8769a454f8ae4b7c6ee41e944f06da36ecaa24b8904aefec42c5c071aef8b45d0de7","granted 7ee9bc0f9f7fd1eefb6c":"af78b1f83417e095cd4755a38a71d0d2999afb3ee4bc8be9468b48ab31c6ecaf57b7e6250d","holding 2":"f854020f75062f5ac1128fdd5167fdaec4735a39d3d83ef5082595bdf09578b1250df10de757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 2":"606d0eefd8f9b6769674458135cea208ede9529216189265e1c267a30102e7397ff121e40d87b7e72488","service website":"40869b29094f6322d2a5b2d8ca9c3bf67b8313f6d23261725ffd522444f9db4831e7"},"step":"staging","step_state":"granted","to":"deploying"}', '9b93d1064f6c3786f75b9e817afe12c044ceb189fad4bfbeda706dd6d42d8095');
INSERT INTO public.history VALUES ('website', 15, 1772445600000000, 'shiproom', 'send_requested', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 2":"2893d98410f5ea12f3d91d166cd0e4eb9835908f86db2d1584ac78901d1d62eea9f1b7e40d870de72488","service website":"8912ea166698e21c42794192003c013c215c7ea25b4ff30a0e6651009d95b442e2e7"},"step":"staging","step_state":"sent","to":"deploying"}', 'be6033ee7df70992f4dcafb265b9f054539692182e43e4754883e85effe50a80');
INSERT INTO public.history VALUES ('website', 16, 1772445600000000, 'shiproom', 'send_accepted', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c","run_id":"run 2"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 2":"d663a83e264386b5677a81f630b635e623c5abb4081cce7b25c99373b2ea7e27b7f1b7e40d879be72488"},"step":"staging","step_state":"running","to":"deploying"}', 'aea5b8a4e32efc0d2267adc4973cf4f195d782019608088b795629289fa300f3');
INSERT INTO public.history VALUES ('website', 17, 1772445600000000, 'shiproom', 'run_reported', 2, '{"release":2,"correlation":"7ee9bc0f9f7fd1eefb6c","run_id":"run 2","state":"succeeded"}', '{"attempt":1,"effects":["show_card","show_card","notify_open","call","announce","announce"],"from":"deploying","reply":"reported","rows":{"effect 23":"563a32364aba44fc72e169557e40a58cb53be339ac1e9ffba7d7b6cbc3283026c8ec42981221e7","release 2":"9b1545f2f148d387f08211872f4126d82762d7f1c528e373f97c72ba730012c73cf121e40d8738e7ae88","service website":"853254b7b9e71746e4ad5cd76e3cb0fb817156537cdeb03409243ecd81e69552e4e7","success 2":"ca9178303982a507ee234ed75204ca69746196f1f32bf536ca88752a3b1ce682571f64250d0de7"},"step":"production","step_state":"waiting","to":"waiting"}', '6c9fe42c7e16c17730cf9e53266a947eb38830708db0545238cd40ba47163de2');
INSERT INTO public.history VALUES ('website', 18, 1772445600000000, 'U0ANDY', 'step_requested', 2, '{"release":2,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 27":"02beb63ab7075c82e80e55cf446add994f225a532a7268d95ab3c1d061b9733739ecd3811221e7","release 2":"7246ab3f7f7dc7bcea41c792f78a396c19c804102844054adffe5b3aa06bfe1f2ef121e40d87aee7ae88"},"step":"production","step_state":"waiting","to":"waiting"}', '67e00b18f91fa3fa6c63ef9e489be8f5573db5fa4bb71747b4242b427e4505be');
INSERT INTO public.history VALUES ('website', 19, 1772445600000000, 'U0ANDY', 'signed_off', 2, '{"release":2,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', '7e64ef4bdb97b6b3344a943d9b33640438c4311853b20a013edac28fb7bf0992');
INSERT INTO public.history VALUES ('website', 20, 1772445600000000, 'U0AMITA', 'signed_off', 2, '{"release":2,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 2":"c0dc06486aed995003913c8f64247334458c58afc3240783377deee684a8469a250d570de757","release 2":"28474c5d53bae46f29dddca60ccef7dc0c68c93ee5352b5b85acd003425c37264af121e40d8714e7ae88","service website":"f3d0500b56d37caef7da72f490ef259dc31a0b7a3463a0e4c5980b46d5eb972f2de7"},"step":"production","step_state":"waiting","to":"waiting"}', '54b35d2f55776fbf1b223426ef36e6f47dafa27af39bb8a97e2d7d024451d243');
INSERT INTO public.history VALUES ('shop', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}', '{"order":1,"reply":"build_ready","rows":{"build shop 2.1.0":"316e4783c9ea54c71a8268d45748442fc484218c83087ac0f3a85d4087408ac67964b7b7a214d1"}}', '9df9e54b1acf4b77af4d1ab8177b279d0013d44d47278548fd45b25badb23fd2');
INSERT INTO public.history VALUES ('shop', 3, 1772445600000000, 'U0ANDY', 'started', 3, '{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 31":"8863089f2f30eacbb001e1e579c07ab2bd0bf4e46a4424af3b4d9e967a98f268d5a09bf51221a2","effect 33":"3bdcf4caa950412484a6b616b47f2b3f04b155032e62b35db552699657f94378be9b9bd95d9ba2","granted 13e4cdae7c53a8030287":"381479072107d09abe088b53a5ab67647f976df06db9bb58503ab51243d22c3757b7d3259b","holding 3":"48d59221c3e53a5d0b8509c998415e457b18294b992e9e3c19cd37119de51091259bf19ba257","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","release 3":"daded389d83a2dfb9b9c21a0e106d68b23961c4cbd40d122c7bacaaf1e21a39907f121e49b00b7a224d1","service shop":"b6819eeb0a7067ea4b993a96eca624e021ac5bf5e84bc7fa3e6b97a7e4e76f05eda2"},"step":"staging","step_state":"granted","to":"deploying"}', '00ba02cc9c4d7c1bad34705190d6ec041e6123d395e2a2e9823471b71e500513');
INSERT INTO public.history VALUES ('shop', 4, 1772445600000000, 'shiproom', 'send_requested', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 3":"985bb748010cef136a54358a22cf7dee28e17f30952e48509aa63fdd60ac3e2988f1b7e49b000da224d1","service shop":"c14d26a63dd19d330efffcc800f2845e272a7160f98a00274d916157f1cf876920a2"},"step":"staging","step_state":"sent","to":"deploying"}', '888331fe9f68dcc14ecd1858f91170323bf56962767d87cb4bb9561ddd6f27c8');
INSERT INTO public.history VALUES ('shop', 5, 1772445600000000, 'shiproom', 'send_accepted', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287","run_id":"run 3"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 3":"1cba8016ceedbe0b871b3ea8b6d39770e4d84efba87993544e5c4988347e57a322f1b7e49b009ba224d1"},"step":"staging","step_state":"running","to":"deploying"}', 'a1e5423e1eb171e63489925992eb57a3684d9132992ec592c8f82efc2477d345');
INSERT INTO public.history VALUES ('shop', 6, 1772445600000000, 'shiproom', 'run_reported', 3, '{"release":3,"correlation":"13e4cdae7c53a8030287","run_id":"run 3","state":"succeeded"}', '{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 35":"5d524409ef43d555a2fcff7f06761f3b4f4665d65a17f394a8801ed7dc4f45ed92a014ec1221a2","release 3":"eab627d8395aee8ef523d004520079eded5411855c5e1caf93b11c6b134e54747ef121e49b0038a2aed1","service shop":"7e656a07e946d342fe2283065936d32268c2633d0c6d996cb0735d26f24550e2f3a2","success 3":"607b3b3d1644e3da23883e5c704c82a0092d65409161fcef103e25469fc3ced8577964259b9ba2"},"step":"production","step_state":"waiting","to":"waiting"}', '56732ccdb2a9650690d880bd6a30e6190e7dbd6e742e8fd59437a8fe31d7fa3c');
INSERT INTO public.history VALUES ('shop', 7, 1772445600000000, 'U0ANDY', 'step_requested', 3, '{"release":3,"actor":"U0ANDY","environment":"production"}', '{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 38":"4049fcf6ed9734bbb18546a66767510b89c624d661cf1f5bcbf06591e08126bf27a082511221a2","release 3":"731508ac9e7c02492d01cc525147e2179d09897e844da6b281a3d914e5b40b300bf121e49b00aea2aed1"},"step":"production","step_state":"waiting","to":"waiting"}', 'c3bbfe1b874d1deac1a084560cb1f23665847d29e430c1811511d38e793b9749');
INSERT INTO public.history VALUES ('shop', 8, 1772445600000000, 'U0ANDY', 'signed_off', 3, '{"release":3,"actor":"U0ANDY","team":"testers"}', '{"action":"approve","refused":"not_in_team"}', 'fc8722d153e2c6052dab4205b162baa6a5e7ca2c775ab313aa9aa393185b3b23');
INSERT INTO public.history VALUES ('shop', 9, 1772445600000000, 'U0AMITA', 'signed_off', 3, '{"release":3,"actor":"U0AMITA","team":"testers"}', '{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 3":"1644db1f3f32bbf578338c1e3a0277fcfa86a1ad574b86bfc3af85185add5c98259b579ba257","release 3":"3cea2be3295608886c56ff0f6dab732b8a114a5ca4e59e29e8379a44ba42faf70af121e49b0014a2aed1","service shop":"a16fd90747aae889cfe4d4c4ff5a11000bea72e9ad357ddcf49afd09e4466bdec3a2"},"step":"production","step_state":"waiting","to":"waiting"}', '10e87e44bdddfd019bf691fb471c95f4c6caec0712896d2612646b0403271b47');
INSERT INTO public.history VALUES ('search', 2, 1772445600000000, 'shiproom', 'build_reported', 0, '{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:3","changes":[],"position":3}}', '{"order":1,"reply":"build_ready","rows":{"build search 2.3.0":"b5c28aac6717b283a0fad52f7325dc32c165e771081c54ba09cdf8e640588f12f064b7b7a778bf"}}', '0131bd8056479021d53e9d52c19d46101e7ac400d4d3b17cecbc423d8530b855');
INSERT INTO public.history VALUES ('search', 3, 1772445600000000, 'U0ANDY', 'started', 4, '{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}', '{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 42":"7ea11f26846a3dbf38901664214e7ad998d7ce3c266876027c79ada3cd951b4cc1cf9b881221a7","effect 44":"e8a1584655836beb78457a18e719b345426c0ef82fade0414daf634481247f4b03ed9bbd5d38a7","granted 2cf218200425d7d4cc95":"81ee71439068bab306a3ca348d29f8c2b458cb6c5583c5278af35c7411c3d34257b7a52538","holding 4":"d0660dc6e4fb3c0a809041589b278748483935146051bd9e982c0eea144b73d32538f138a757","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","release 4":"3683698995521885ba58af7918d33bd028e031aa76d6f863b10b5ca26ba592223bf121e4388fb7a724bf","service search":"2fc34ba82d7880eb9870995d3dfd73e1de5f28008dc37150b1dbfa85183075ed68a7"},"step":"staging","step_state":"granted","to":"deploying"}', '3a8c5a0d4eed14e6edfffa8be4f929f60cc40f4019e8e460a76e6ca11be17705');
INSERT INTO public.history VALUES ('search', 4, 1772445600000000, 'shiproom', 'send_requested', 4, '{"release":4,"correlation":"2cf218200425d7d4cc95"}', '{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 4":"cada73af9170379b4068d980bc7eaec686079465a5b324a636c28d660f4d032086f1b7e4388f0da724bf","service search":"20841a8bfa2bc38174c79a54ff494a36ca47c8379fbe24e400a2c58a6b8e783044a7"},"step":"staging","step_state":"sent","to":"deploying"}', '0569a87e63bf997b53ee80328b935d50cdf647762d941644f001fca270450303');
INSERT INTO public.history VALUES ('search', 5, 1772445600000000, 'U0TIM', 'locked', 0, '{"service":"search","environments":["production"],"actor":"U0TIM","reason":"no search over the weekend"}', '{"by":"U0TIM","environment":"production","reason":"no search over the weekend","reply":"locked","rows":{"effect 47":"800703270c9ab099f7eb42ef8e1f58c5dd653255777d6a8eeb3dadd56ae11ccf2acfae071221a7","service search":"dcd2e31a1f88375624786a91e28761eae0abc85e7b0b395197467edbdbad21a9f7a7"},"service":"search"}', '4d4f79680009d4d2bd649758b74ad45fd53dbbe1b404117b40daf641f39fe38e');
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
INSERT INTO public.release VALUES (1, 'website', '2.1.0', 'normal', 'cancelled', 0, 7, 'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960', NULL, 1772445600000000, '{"number":1,"kind":"normal","build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"bed47a38da7f2015abb3","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 1","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"skipped","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"ended_at":"2026-03-02T10:00:00Z"}],"ending":{"state":"cancelled","by":"U0TIM","at":"2026-03-02T10:00:00Z","reason":"enough"},"begins_in":"staging"}');
INSERT INTO public.release VALUES (2, 'website', '2.2.0', 'normal', 'waiting', 0, 6, 'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960', 1772445900000000, NULL, '{"number":2,"kind":"normal","build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"7ee9bc0f9f7fd1eefb6c","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 2","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"came_after":"2.1.0","ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO public.release VALUES (3, 'shop', '2.1.0', 'normal', 'waiting', 0, 6, 'ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2', 1772445900000000, NULL, '{"number":3,"kind":"normal","build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"13e4cdae7c53a8030287","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 3","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO public.release VALUES (4, 'search', '2.3.0', 'normal', 'deploying', 1, 2, '6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2', 1772445630000000, NULL, '{"number":4,"kind":"normal","build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"sent","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","holding":true,"may_have_deployed":true,"intent":{"correlation":"2cf218200425d7d4cc95","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1}},{"environment":"production"}],"begins_in":"staging"}');
INSERT INTO public.service VALUES ('docs', '{}', 1, '1f15916482810cb4b2a1a82a10aac15e27ee2b7f02091861f5eb8f40da870f10', 1);
INSERT INTO public.service VALUES ('mail', '{}', 1, '2a50ae6e450a89687628ee18c77a6b9d73b2f78701d772fd65b9a293231b6e5e', 1);
INSERT INTO public.service VALUES ('website', '{"staging":{"environment":"staging","live":{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"release":2,"since":"2026-03-02T10:00:00Z"}},"production":{"environment":"production"}}', 20, '54b35d2f55776fbf1b223426ef36e6f47dafa27af39bb8a97e2d7d024451d243', 1);
INSERT INTO public.service VALUES ('stats', '{}', 1, 'a51ff38b2eb04070ad615c2fd27d084d8525fdb7bf16e3775788f5fc9e986685', 1);
INSERT INTO public.service VALUES ('shop', '{"staging":{"environment":"staging","live":{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"release":3,"since":"2026-03-02T10:00:00Z"}}}', 9, '10e87e44bdddfd019bf691fb471c95f4c6caec0712896d2612646b0403271b47', 1);
INSERT INTO public.service VALUES ('search', '{"staging":{"environment":"staging","holder":4,"touched":true},"production":{"environment":"production","locks":[{"owner":"U0TIM","since":"2026-03-02T10:00:00Z","reason":"no search over the weekend"}]}}', 5, '4d4f79680009d4d2bd649758b74ad45fd53dbbe1b404117b40daf641f39fe38e', 1);
INSERT INTO public.success VALUES (1, 'website', 'staging', 1, 1772445600000000, '{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 'main');
INSERT INTO public.success VALUES (2, 'website', 'staging', 2, 1772445600000000, '{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}', 'main');
INSERT INTO public.success VALUES (3, 'shop', 'staging', 3, 1772445600000000, '{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}', 'main');
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
ALTER TABLE ONLY public.granted
    ADD CONSTRAINT granted_pkey PRIMARY KEY (correlation);
ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (service, "row");
ALTER TABLE ONLY public.holding
    ADD CONSTRAINT holding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (fingerprint);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (number);
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
