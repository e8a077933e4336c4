BEGIN TRANSACTION;
CREATE TABLE absence (
	service VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	until INTEGER NOT NULL, 
	since INTEGER NOT NULL, 
	"by" VARCHAR NOT NULL, 
	PRIMARY KEY (service, user)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE build (
	service VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	ordinal INTEGER NOT NULL, 
	sha VARCHAR NOT NULL, 
	branch VARCHAR NOT NULL, 
	body TEXT NOT NULL, position INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (service, version)
);
INSERT INTO "build" VALUES('website','2.1.0',1,'0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','main','{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}',1);
INSERT INTO "build" VALUES('website','2.2.0',2,'0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','main','{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}',2);
INSERT INTO "build" VALUES('shop','2.1.0',1,'0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','main','{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}',1);
INSERT INTO "build" VALUES('search','2.3.0',1,'0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','main','{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1}',1);
CREATE TABLE comparison (
	service VARCHAR NOT NULL, 
	ci VARCHAR NOT NULL, 
	old VARCHAR NOT NULL, 
	new VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (service, ci, old, new)
);
CREATE TABLE connection (
	name VARCHAR NOT NULL, 
	silent_since INTEGER, 
	told_at INTEGER, 
	expires_at INTEGER, 
	days_told INTEGER, 
	probed_at INTEGER, 
	PRIMARY KEY (name)
);
INSERT INTO "connection" VALUES('database',NULL,NULL,NULL,NULL,1772445600000000);
CREATE TABLE counter (
	name VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counter" VALUES('database',2932865641200216276);
INSERT INTO "counter" VALUES('release',4);
CREATE TABLE delivery (
	id VARCHAR NOT NULL, 
	at INTEGER NOT NULL, 
	answer TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "delivery" VALUES('a lock',1772445600000000,'{"reply":{"code":"locked","values":{"environment":"production","service":"search","by":"U0TIM","reason":"no search over the weekend"}}}');
CREATE TABLE effect (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	destination VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	release INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	due_at INTEGER NOT NULL, 
	tries INTEGER NOT NULL, 
	lease_by VARCHAR, 
	lease_until INTEGER, 
	done_at INTEGER, 
	failure TEXT
, service VARCHAR DEFAULT '' NOT NULL, history_row INTEGER DEFAULT '0' NOT NULL, seal VARCHAR DEFAULT '' NOT NULL);
INSERT INTO "effect" VALUES(1,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',1772445600000000,0,NULL,1772445609000000,1772445600000000,NULL,'website',2,'');
INSERT INTO "effect" VALUES(2,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_requested","environment":"staging","by":1}',1772445600000000,0,'worker of a bot',1772445609000000,NULL,NULL,'website',3,'');
INSERT INTO "effect" VALUES(3,'card:1','show_card',1,'{"release":1}',1772445600000000,0,'worker of a bot',1772445609000000,NULL,NULL,'website',3,'');
INSERT INTO "effect" VALUES(4,'run:2981f79c1cce0da875cf','trigger',1,'{"release":1,"correlation":"2981f79c1cce0da875cf"}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',3,'');
INSERT INTO "effect" VALUES(5,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',3,'');
INSERT INTO "effect" VALUES(6,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_succeeded","environment":"staging","by":1}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',6,'');
INSERT INTO "effect" VALUES(7,'call:1','call',1,'{"release":1,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',6,'');
INSERT INTO "effect" VALUES(8,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',6,'');
INSERT INTO "effect" VALUES(9,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_requested","environment":"production","by":1}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',7,'');
INSERT INTO "effect" VALUES(10,'thread:1','post_to_thread',1,'{"release":1,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',9,'');
INSERT INTO "effect" VALUES(11,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',9,'');
INSERT INTO "effect" VALUES(12,'post_to_channel:website','post_to_channel',0,'{"service":"website","code":"locked","values":{"environment":"production","service":"website","by":"U0TIM","reason":"incident"}}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',10,'');
INSERT INTO "effect" VALUES(13,'notify_open:website','notify_open',0,'{"service":"website","what":"reevaluate"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',10,'');
INSERT INTO "effect" VALUES(14,'post_to_channel:website','post_to_channel',0,'{"service":"website","code":"unlocked","values":{"environment":"production","service":"website","by":"U0TIM","reason":"incident"}}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',11,'');
INSERT INTO "effect" VALUES(15,'notify_open:website','notify_open',0,'{"service":"website","what":"reevaluate"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',11,'');
INSERT INTO "effect" VALUES(16,'thread:1','post_to_thread',1,'{"release":1,"code":"cancelled","values":{"by":"U0TIM","reason":"enough"},"users":["U0ANDY","U0AMITA"]}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',12,'');
INSERT INTO "effect" VALUES(17,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',12,'');
INSERT INTO "effect" VALUES(18,'announce:website','announce',0,'{"service":"website","version":"2.2.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',13,'');
INSERT INTO "effect" VALUES(19,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_requested","environment":"staging","by":2}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',14,'');
INSERT INTO "effect" VALUES(20,'card:2','show_card',2,'{"release":2}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',14,'');
INSERT INTO "effect" VALUES(21,'run:549eeb6ae868efbcd9dc','trigger',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc"}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',14,'');
INSERT INTO "effect" VALUES(22,'announce:website','announce',0,'{"service":"website","version":"2.2.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',14,'');
INSERT INTO "effect" VALUES(23,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_succeeded","environment":"staging","by":2}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',17,'');
INSERT INTO "effect" VALUES(24,'call:2','call',2,'{"release":2,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',17,'');
INSERT INTO "effect" VALUES(25,'announce:website','announce',0,'{"service":"website","version":"2.2.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',17,'');
INSERT INTO "effect" VALUES(26,'announce:website','announce',0,'{"service":"website","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',17,'');
INSERT INTO "effect" VALUES(27,'notify_open:website','notify_open',0,'{"service":"website","what":"newer_requested","environment":"production","by":2}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',18,'');
INSERT INTO "effect" VALUES(28,'thread:2','post_to_thread',2,'{"release":2,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',20,'');
INSERT INTO "effect" VALUES(29,'announce:website','announce',0,'{"service":"website","version":"2.2.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'website',20,'');
INSERT INTO "effect" VALUES(30,'announce:shop','announce',0,'{"service":"shop","version":"2.1.0"}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',2,'');
INSERT INTO "effect" VALUES(31,'notify_open:shop','notify_open',0,'{"service":"shop","what":"newer_requested","environment":"staging","by":3}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',3,'');
INSERT INTO "effect" VALUES(32,'card:3','show_card',3,'{"release":3}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',3,'');
INSERT INTO "effect" VALUES(33,'run:11950a5a4f01a629d96b','trigger',3,'{"release":3,"correlation":"11950a5a4f01a629d96b"}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',3,'');
INSERT INTO "effect" VALUES(34,'announce:shop','announce',0,'{"service":"shop","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'shop',3,'');
INSERT INTO "effect" VALUES(35,'notify_open:shop','notify_open',0,'{"service":"shop","what":"newer_succeeded","environment":"staging","by":3}',4611686018427387904,0,NULL,NULL,NULL,NULL,'shop',6,'');
INSERT INTO "effect" VALUES(36,'call:3','call',3,'{"release":3,"code":"sign_offs_wanted","values":{"environment":"production"},"teams":["testers","ops"],"attempt":1}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',6,'');
INSERT INTO "effect" VALUES(37,'announce:shop','announce',0,'{"service":"shop","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'shop',6,'');
INSERT INTO "effect" VALUES(38,'notify_open:shop','notify_open',0,'{"service":"shop","what":"newer_requested","environment":"production","by":3}',4611686018427387904,0,NULL,NULL,NULL,NULL,'shop',7,'');
INSERT INTO "effect" VALUES(39,'thread:3','post_to_thread',3,'{"release":3,"code":"signed","values":{"by":"U0AMITA","note":"","team":"testers"}}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',9,'');
INSERT INTO "effect" VALUES(40,'announce:shop','announce',0,'{"service":"shop","version":"2.1.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'shop',9,'');
INSERT INTO "effect" VALUES(41,'announce:search','announce',0,'{"service":"search","version":"2.3.0"}',1772445600000000,0,NULL,NULL,NULL,NULL,'search',2,'');
INSERT INTO "effect" VALUES(42,'notify_open:search','notify_open',0,'{"service":"search","what":"newer_requested","environment":"staging","by":4}',1772445600000000,0,NULL,NULL,NULL,NULL,'search',3,'');
INSERT INTO "effect" VALUES(43,'card:4','show_card',4,'{"release":4}',1772445600000000,0,NULL,NULL,NULL,NULL,'search',3,'');
INSERT INTO "effect" VALUES(44,'run:7a8d14649a442b34f936','trigger',4,'{"release":4,"correlation":"7a8d14649a442b34f936"}',1772445600000000,0,NULL,NULL,NULL,NULL,'search',3,'');
INSERT INTO "effect" VALUES(45,'announce:search','announce',0,'{"service":"search","version":"2.3.0"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'search',3,'');
INSERT INTO "effect" VALUES(46,'post_to_channel:search','post_to_channel',0,'{"service":"search","code":"locked","values":{"environment":"production","service":"search","by":"U0TIM","reason":"no search over the weekend"}}',1772445600000000,0,NULL,NULL,NULL,NULL,'search',5,'');
INSERT INTO "effect" VALUES(47,'notify_open:search','notify_open',0,'{"service":"search","what":"reevaluate"}',4611686018427387904,0,NULL,NULL,NULL,NULL,'search',5,'');
CREATE TABLE fact (
	"key" VARCHAR NOT NULL, 
	as_of INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE follower (
	user VARCHAR NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (user)
);
CREATE TABLE granted (
	correlation VARCHAR NOT NULL, 
	release INTEGER NOT NULL, 
	environment VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (correlation)
);
INSERT INTO "granted" VALUES('2981f79c1cce0da875cf',1,'staging',1,1772445600000000);
INSERT INTO "granted" VALUES('549eeb6ae868efbcd9dc',2,'staging',1,1772445600000000);
INSERT INTO "granted" VALUES('11950a5a4f01a629d96b',3,'staging',1,1772445600000000);
INSERT INTO "granted" VALUES('7a8d14649a442b34f936',4,'staging',1,1772445600000000);
CREATE TABLE history (
	service VARCHAR NOT NULL, 
	"row" INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	actor VARCHAR NOT NULL, 
	event VARCHAR NOT NULL, 
	release INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (service, "row")
);
INSERT INTO "history" VALUES('docs',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan 00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf":"44665204275e11715fa8876cdf82494caed56e7af98c86278be9d355ece470025f5d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','7e602f41a58e4cf0ad0a5dc60363e047bcf840af5f3066f3706b0a5461c3254b');
INSERT INTO "history" VALUES('mail',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan 7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad":"201d798e4ab50116ab750924360971e42345994ca619809155689dd8ad4b9d19251d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','bdf659267658df1782412814f2c33cc779eeeb47bd0648bee26da9b6e5bbb97d');
INSERT INTO "history" VALUES('search',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','cbe62b03a7ffa26ef47d2cf886b5897e991fcd65336ea56ef83d70c391ee93e4');
INSERT INTO "history" VALUES('shop',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','e727d1beb4cca1cc4ffb80c792899e8cd94c908c62ff225b31cfae6f44095084');
INSERT INTO "history" VALUES('stats',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan 17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094":"ade3e6809537abdcb7f0c1a7077f1b46f1c1be0618bc65684d31244c4fd522a5b964","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','9a6d7d2e1f3a74bb6ff2d41dbe51a35497c4fb78598ba561b6a3d0b49db740a0');
INSERT INTO "history" VALUES('website',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"e76d8e7b38c565a33e919a3be08bc7ee7554d9ced2f64d6ffe5066ff477774142e17","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','e42a1097dd263d0c317a65b0799c0060118116d06d7065a181a7d19eab924b4c');
INSERT INTO "history" VALUES('website',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build website 2.1.0":"327c4385cf0bad7f18dabaf62c658ab3b0c3a15e2b34ac8f30c345edae4533e5b064b7b7e714d1"}}','223645e05082ffddcabf821d6ffe439fbaaf31298c64511d036ff91f77bca4ec');
INSERT INTO "history" VALUES('website',3,1772445600000000,'U0ANDY','started',1,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 2":"083fd42fc919844663c890edb625c728f91c201b60b3a23e91f4c1179d8292094cec9b0d1221e7","effect 4":"f877074f97a727ec68fadb135ccfbf8de54aa8e73ef22bbc6265fe9cdcc5ce73b71b9b385db7e7","granted 2981f79c1cce0da875cf":"aa1c85da143f7ea100f25f31d5e0c4bf5731f519f0659e8a0e11704a5d32674a57b75325b7","holding 1":"aa02ce8f2b258d662f4f219e944c0adb02d9cb5b2b721942ea781d6934212e6125b7f1b7e757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 1":"2c9699073f523bde80866e166047bd16a58462dc7b3ed50365c754f11e2494b6e6f121e4b787b7e724d1","service website":"816cd478ebd9c4b3f6d40de7923ffcf5e9185241cf69f471151795a62a8a3e9083e7"},"step":"staging","step_state":"granted","to":"deploying"}','5daf450611872b223128a32d15b6298d41368d5e9ac66f185450995b53264732');
INSERT INTO "history" VALUES('website',4,1772445600000000,'shiproom','send_requested',1,'{"release":1,"correlation":"2981f79c1cce0da875cf"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 1":"d2603765357cbe8505aef614cabdfe59f74e33f580912c16e903925c0734389349f1b7e4b7870de724d1","service website":"463605bded48ed01b6b783f75c1e8c2642bc0ab8b34a6fde828945278ad7bc98a3e7"},"step":"staging","step_state":"sent","to":"deploying"}','3054ff48c3469643a29566a3e496a33b144ee1c61b94ffe6355ec6edcbd651f2');
INSERT INTO "history" VALUES('website',5,1772445600000000,'shiproom','send_accepted',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 1":"f9b2f9b1a4f8b4f7e788ce025198044b77052eae06daff8a8f1c3b441d967a306af1b7e4b7879be724d1"},"step":"staging","step_state":"running","to":"deploying"}','6a45a70a94ddad9140b9891a7872e9684e891aa6219e1e19e343becdd75edc7a');
INSERT INTO "history" VALUES('website',6,1772445600000000,'shiproom','run_reported',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 6":"ed62f58f86dcadfcb640f14b1d2ea73dcaf62a5ddd76fdcafaf7c34149c321640bec14141221e7","release 1":"979e52e81b05f7c000049a790ab35bf9c1fa4a6269837707f9b2d4c31a202f2351f121e4b78738e7aed1","service website":"2cdb2957cfdf58c87bf221d53cbf3f71a23c7f54bd214603d64a70fa126f14f7a6e7","success 1":"d37faae7d061308354ac8f6517847b76c914b532550259b3ad220dfa263ab6c857b06425b7b7e7"},"step":"production","step_state":"waiting","to":"waiting"}','984aa73563b1d535994d6b928f5df13f3c0ece85c10e3469d9ffede5dff3090e');
INSERT INTO "history" VALUES('website',7,1772445600000000,'U0ANDY','step_requested',1,'{"release":1,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 9":"fe82531c63179363a43242b846f5e8b811151eef72d17af1abe1b3b5664736ddfaec82851221e7","release 1":"4a520c850c6dbb44094318ca0c424870e3556f1d7610b67776af03afd1d8145ef7f121e4b787aee7aed1"},"step":"production","step_state":"waiting","to":"waiting"}','e79c47e15e83af630c4fea4e2a24a42a23c78bc5936c0dfb67be0f16ee0bd6f1');
INSERT INTO "history" VALUES('website',8,1772445600000000,'U0ANDY','signed_off',1,'{"release":1,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','ebaff4cb040fc1914ba5a219ff51b7d756884d47890fcf6fb5736ff81273ed26');
INSERT INTO "history" VALUES('website',9,1772445600000000,'U0AMITA','signed_off',1,'{"release":1,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 1":"2f8c5c34287b71320c4909ca89ded1452ac0000bcc103343ffd2d5e44c5b7a6525b757b7e757","release 1":"93a70787461f189e7e21eab1435df227e635d6f98f278bf66e7887de1d5d2b5216f121e4b78714e7aed1","service website":"e7b565a364fee5111e6d0a58f35940dd6f3a1631e2b5c327d9db14d742849897ace7"},"step":"production","step_state":"waiting","to":"waiting"}','e7f992868891bf413f64fa2b3d4c7ec87a4015d692bd40dc4416c4848e851665');
INSERT INTO "history" VALUES('website',10,1772445600000000,'U0TIM','locked',0,'{"service":"website","environments":["production"],"actor":"U0TIM","reason":"incident"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"locked","rows":{"effect 13":"2cdac897e1404f460d535ddaae1648a0cfe0446ec0d3cad7d605f6dfca9095ac7aece15b1221e7","service website":"963f99bcbc548a737c0c950b51674dd17b87e49d6906c2e11c6f39498ef49cab87e7"},"service":"website"}','72919558f1ffbe629f6c851d06fae21c7f8fd6d38034405edad7c250aa8b3976');
INSERT INTO "history" VALUES('website',11,1772445600000000,'U0TIM','unlocked',0,'{"service":"website","environments":["production"],"actor":"U0TIM"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"unlocked","rows":{"effect 15":"80cf1fbeb1cb1a065a1af737b6223f99ecff3c03d0b1d78acc8adb71d126478b7aec776e1221e7","service website":"483f6aa56d1d746e6cb42f89855a1db43bd1b3a028e84b768897ef98fd7a0e97f8e7"},"service":"website"}','3432c9a765b3313d31d38b7d496b6faa977d9f2cb9dcb24bd838f5e309bf41d1');
INSERT INTO "history" VALUES('website',12,1772445600000000,'U0TIM','cancel_requested',1,'{"release":1,"actor":"U0TIM","reason":"enough"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"cancelled","rows":{"release 1":"a87ba77b090ca1e5faa1f00768a9b429eb7239a83824327aaaf8bc983b3e977c575721e4b78782e7c7d1"},"step":"production","step_state":"skipped","to":"cancelled"}','b030922faa5d83fbd58d9f67ee950c01445e128cb5a8f77bac5a484a8bc2d946');
INSERT INTO "history" VALUES('website',13,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:2","changes":[],"position":2}}','{"order":2,"reply":"build_ready","rows":{"build website 2.2.0":"e94e4f1535b1d8a1a982f02c7e7d4fe84a86a83c28bfbf92cbea20b3b4ec56441f640d0de74e88"}}','35cd1498906f8a77b091d7a7138fd19fe1b80b00b2477ca3b0ce192bbf106f54');
INSERT INTO "history" VALUES('website',14,1772445600000000,'U0ANDY','started',2,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 19":"e8f31619a25258c0ec28d2511c0b11ef93c2211a8faf589c64a7d1ecbb81312a8fecf8451221e7","effect 21":"a6762732476d11e8efd620445caed0aaf358265729ccb92540f7f2c43a8bae805047f8b45d0de7","granted 549eeb6ae868efbcd9dc":"935e1537cc207ea2ef9ae925fd422ad1c78a807b6bc46a169b848007066bbb3857b70f250d","holding 2":"f854020f75062f5ac1128fdd5167fdaec4735a39d3d83ef5082595bdf09578b1250df10de757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 2":"d8430bf2025f58a2f5fb7c2b85897c542795e663b9fb946712c0302d5018786383f121e40d87b7e72488","service website":"40869b29094f6322d2a5b2d8ca9c3bf67b8313f6d23261725ffd522444f9db4831e7"},"step":"staging","step_state":"granted","to":"deploying"}','4c01027c40493ff65ff14620ea38f81e2d78d298c785b3b47a416849609bd4df');
INSERT INTO "history" VALUES('website',15,1772445600000000,'shiproom','send_requested',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 2":"504d74e8905ef6ca38d2f47e252314fa259128b768338b3fd0cb59bb44cd9fb406f1b7e40d870de72488","service website":"8912ea166698e21c42794192003c013c215c7ea25b4ff30a0e6651009d95b442e2e7"},"step":"staging","step_state":"sent","to":"deploying"}','3907d88a98d56afb3c5d96da70b41ad5c8255b8fc112b44e454cd794501cc92d');
INSERT INTO "history" VALUES('website',16,1772445600000000,'shiproom','send_accepted',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 2":"19b25d83d2e00f44bc6e412b5275b0f3a4eda4d3d467b5d51c83454a13f7be3870f1b7e40d879be72488"},"step":"staging","step_state":"running","to":"deploying"}','e17b7a7c1eaa23966602f50bb1755045fb15f3d2caad23e6111dad5078b581b4');
INSERT INTO "history" VALUES('website',17,1772445600000000,'shiproom','run_reported',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2","state":"succeeded"}','{"attempt":1,"effects":["show_card","show_card","notify_open","call","announce","announce"],"from":"deploying","reply":"reported","rows":{"effect 23":"563a32364aba44fc72e169557e40a58cb53be339ac1e9ffba7d7b6cbc3283026c8ec42981221e7","release 2":"3a99b86d29bad6b0d63e90a37a739461665c1a2f63fa24bea9c64032b131100946f121e40d8738e7ae88","service website":"853254b7b9e71746e4ad5cd76e3cb0fb817156537cdeb03409243ecd81e69552e4e7","success 2":"ca9178303982a507ee234ed75204ca69746196f1f32bf536ca88752a3b1ce682571f64250d0de7"},"step":"production","step_state":"waiting","to":"waiting"}','49fdb8eb2787fa2a3ef9181a4dbfc2e9caec2a3aa54c361790eacfcf04f72614');
INSERT INTO "history" VALUES('website',18,1772445600000000,'U0ANDY','step_requested',2,'{"release":2,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 27":"02beb63ab7075c82e80e55cf446add994f225a532a7268d95ab3c1d061b9733739ecd3811221e7","release 2":"1fba63a99d8e82dbded7dcb08cc700ef1ef65248c79cc1fc6e89a132239138e1dcf121e40d87aee7ae88"},"step":"production","step_state":"waiting","to":"waiting"}','12f59739ee50a960af1127fb2c8e50a31c4eba639e6594fc7dc0a2d72764ef3a');
INSERT INTO "history" VALUES('website',19,1772445600000000,'U0ANDY','signed_off',2,'{"release":2,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','9b0634d246d621b1ea687935386fc1c6079a81a8bd8452431ceee13f9af08a50');
INSERT INTO "history" VALUES('website',20,1772445600000000,'U0AMITA','signed_off',2,'{"release":2,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 2":"c0dc06486aed995003913c8f64247334458c58afc3240783377deee684a8469a250d570de757","release 2":"4719369ed727a55dab61e1ec44c94c55ff4d0f8bb40e870fd9e809e3daf6a584f5f121e40d8714e7ae88","service website":"f3d0500b56d37caef7da72f490ef259dc31a0b7a3463a0e4c5980b46d5eb972f2de7"},"step":"production","step_state":"waiting","to":"waiting"}','839af7bbbc06f5280c13520dab400959730904ca47a4e5d7b619cf17e44e29d6');
INSERT INTO "history" VALUES('shop',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build shop 2.1.0":"316e4783c9ea54c71a8268d45748442fc484218c83087ac0f3a85d4087408ac67964b7b7a214d1"}}','6b0e273f72e998960dd07ff5a6dca25eea96273f6cc59ad8c3e34030e8d65041');
INSERT INTO "history" VALUES('shop',3,1772445600000000,'U0ANDY','started',3,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 31":"8863089f2f30eacbb001e1e579c07ab2bd0bf4e46a4424af3b4d9e967a98f268d5a09bf51221a2","effect 33":"f017ffbc398356357ec539252b851305c7f19cb379bd0882296af5fd14dc395b75309bd95d9ba2","granted 11950a5a4f01a629d96b":"17e0a233ea6282c9c7129f134274c36bbef59355b74f3ee79ffb7d83298fe62757b778259b","holding 3":"48d59221c3e53a5d0b8509c998415e457b18294b992e9e3c19cd37119de51091259bf19ba257","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","release 3":"84ff6dc19a2999a8a4895a357c96b629382520320c4431b34a56fccc3a1de714d4f121e49b00b7a224d1","service shop":"b6819eeb0a7067ea4b993a96eca624e021ac5bf5e84bc7fa3e6b97a7e4e76f05eda2"},"step":"staging","step_state":"granted","to":"deploying"}','a73d4b394ed7d4f702e6212ece4a910aeab9d8e0894282396ee7b7ee5481b897');
INSERT INTO "history" VALUES('shop',4,1772445600000000,'shiproom','send_requested',3,'{"release":3,"correlation":"11950a5a4f01a629d96b"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 3":"b9387b2a3eec2e0dabe859dc18a3a940386ce8b259a5a41aa317bfd085ed95d1dff1b7e49b000da224d1","service shop":"c14d26a63dd19d330efffcc800f2845e272a7160f98a00274d916157f1cf876920a2"},"step":"staging","step_state":"sent","to":"deploying"}','8b19ef61187fc8fbd56e09d1ad2e4f3cbdec9b2e754a84f672244065998674d4');
INSERT INTO "history" VALUES('shop',5,1772445600000000,'shiproom','send_accepted',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 3":"be7c049be230456985efe12338ece0daaf58da9c78fca9fcd7bccdcb99e86c5dfef1b7e49b009ba224d1"},"step":"staging","step_state":"running","to":"deploying"}','2e03d68f9b9408f9d5a38d66ba616cf683546929db4e092485db14fc75864522');
INSERT INTO "history" VALUES('shop',6,1772445600000000,'shiproom','run_reported',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 35":"5d524409ef43d555a2fcff7f06761f3b4f4665d65a17f394a8801ed7dc4f45ed92a014ec1221a2","release 3":"6cf7d6b675785941bd0fa53985a685b95a3c78c0ff26672abc75243a94967fb756f121e49b0038a2aed1","service shop":"7e656a07e946d342fe2283065936d32268c2633d0c6d996cb0735d26f24550e2f3a2","success 3":"607b3b3d1644e3da23883e5c704c82a0092d65409161fcef103e25469fc3ced8577964259b9ba2"},"step":"production","step_state":"waiting","to":"waiting"}','d5f13618fc10268419486acfb3b2a76fe65ecf41d44f2f04c32b16461b3c0a68');
INSERT INTO "history" VALUES('shop',7,1772445600000000,'U0ANDY','step_requested',3,'{"release":3,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 38":"4049fcf6ed9734bbb18546a66767510b89c624d661cf1f5bcbf06591e08126bf27a082511221a2","release 3":"82f2da99b340a57cebd6bb525cac94e834eb409c9fdfc1c00581fc3c82895a4403f121e49b00aea2aed1"},"step":"production","step_state":"waiting","to":"waiting"}','594f1890e172569356878bdaebbbdbf0fa83fbb7bf458f24e3fa986c27bc4a8e');
INSERT INTO "history" VALUES('shop',8,1772445600000000,'U0ANDY','signed_off',3,'{"release":3,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','df24856be1faba16a5775bacb7810752a65e3e6eb94c2cdcbc5c42cc8ee42d21');
INSERT INTO "history" VALUES('shop',9,1772445600000000,'U0AMITA','signed_off',3,'{"release":3,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 3":"1644db1f3f32bbf578338c1e3a0277fcfa86a1ad574b86bfc3af85185add5c98259b579ba257","release 3":"81d26ada4d809460157b541bac9644a39b214193744ebce842bf27c3a14865ea71f121e49b0014a2aed1","service shop":"a16fd90747aae889cfe4d4c4ff5a11000bea72e9ad357ddcf49afd09e4466bdec3a2"},"step":"production","step_state":"waiting","to":"waiting"}','c2f3201370581ed1fbf6fa25a87c2b28c6fc0b1b53925876f2f70127523e973b');
INSERT INTO "history" VALUES('search',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:3","changes":[],"position":3}}','{"order":1,"reply":"build_ready","rows":{"build search 2.3.0":"b5c28aac6717b283a0fad52f7325dc32c165e771081c54ba09cdf8e640588f12f064b7b7a778bf"}}','4fe25063c807dac7291b2282353273e35b1f6c339c8771f794cc9ff64985c955');
INSERT INTO "history" VALUES('search',3,1772445600000000,'U0ANDY','started',4,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 42":"7ea11f26846a3dbf38901664214e7ad998d7ce3c266876027c79ada3cd951b4cc1cf9b881221a7","effect 44":"5a3c2db12d86b241998dbf1ad79797dd79b2c03d9739eaa2f39671bbb00dece561939bbd5d38a7","granted 7a8d14649a442b34f936":"2d77766d154c5a5e4077f3b2ca35242874e73efc30664b32fc9407ffca9baa3557b7db2538","holding 4":"d0660dc6e4fb3c0a809041589b278748483935146051bd9e982c0eea144b73d32538f138a757","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","release 4":"5553915c99b547810c4079dc678f7c3ce4aa935bd8bc69726c7d0793b1aeeb80ebf121e4388fb7a724bf","service search":"2fc34ba82d7880eb9870995d3dfd73e1de5f28008dc37150b1dbfa85183075ed68a7"},"step":"staging","step_state":"granted","to":"deploying"}','b8f45bb812ed77c3d4a4312efbe589de36795f529bbe5df7597c925ce847f36b');
INSERT INTO "history" VALUES('search',4,1772445600000000,'shiproom','send_requested',4,'{"release":4,"correlation":"7a8d14649a442b34f936"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 4":"fed0bdff481c840cae2b189adb8d0e9b858665c221dab0374edeb6ee263ed2ec44f1b7e4388f0da724bf","service search":"20841a8bfa2bc38174c79a54ff494a36ca47c8379fbe24e400a2c58a6b8e783044a7"},"step":"staging","step_state":"sent","to":"deploying"}','afa41c96f952dee3d3b16276947d077e2ffa48b273817f84c90c09cd58108d76');
INSERT INTO "history" VALUES('search',5,1772445600000000,'U0TIM','locked',0,'{"service":"search","environments":["production"],"actor":"U0TIM","reason":"no search over the weekend"}','{"by":"U0TIM","environment":"production","reason":"no search over the weekend","reply":"locked","rows":{"effect 47":"800703270c9ab099f7eb42ef8e1f58c5dd653255777d6a8eeb3dadd56ae11ccf2acfae071221a7","service search":"dcd2e31a1f88375624786a91e28761eae0abc85e7b0b395197467edbdbad21a9f7a7"},"service":"search"}','36651e44a6f5205cacf52702806a98b4014549e15c94aa76e131a6d4ee09cd97');
CREATE TABLE holding (
	id INTEGER NOT NULL, 
	service VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	release INTEGER NOT NULL, 
	since INTEGER NOT NULL, 
	left_at INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "holding" VALUES(1,'website','staging',1,1772445600000000,1772445600000000);
INSERT INTO "holding" VALUES(2,'website','staging',2,1772445600000000,1772445600000000);
INSERT INTO "holding" VALUES(3,'shop','staging',3,1772445600000000,1772445600000000);
INSERT INTO "holding" VALUES(4,'search','staging',4,1772445600000000,NULL);
CREATE TABLE message (
	"key" VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	ts VARCHAR NOT NULL, 
	drawn VARCHAR NOT NULL, 
	at INTEGER NOT NULL, left_channel VARCHAR DEFAULT '' NOT NULL, left_ts VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE "plan" (
	fingerprint VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (fingerprint)
);
INSERT INTO "plan" VALUES('00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"docs","starters":["developers","ops"]}');
INSERT INTO "plan" VALUES('7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"mail","starters":["developers","ops"]}');
INSERT INTO "plan" VALUES('6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"search","starters":["developers","ops"]}');
INSERT INTO "plan" VALUES('ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"shop","starters":["developers","ops"]}');
INSERT INTO "plan" VALUES('17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"stats","starters":["developers","ops"]}');
INSERT INTO "plan" VALUES('a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960','{"channel":"C0RELEASES","environments":[{"deploy":{"ci":"here","timeout":600},"kept":["testers"],"name":"staging"},{"branches":["main"],"deploy":{"ci":"remote"},"gates":[{"gate":"sign_off","team":"testers"},{"gate":"sign_off","team":"ops"}],"name":"production","protected":true}],"operators":["ops"],"service":"website","starters":["developers","ops"]}');
CREATE TABLE policy (
	number INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	at INTEGER NOT NULL, 
	actor VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "policy" VALUES(1,'policy of the tests',1772445600000000,'shiproom','version: 1');
CREATE TABLE release (
	number INTEGER NOT NULL, 
	service VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	in_flight INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	"plan" VARCHAR NOT NULL, 
	wake_at INTEGER, 
	ended_at INTEGER, 
	body TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "release" VALUES(1,'website','2.1.0','normal','cancelled',0,7,'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960',NULL,1772445600000000,'{"number":1,"kind":"normal","build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"2981f79c1cce0da875cf","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 1","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"skipped","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"ended_at":"2026-03-02T10:00:00Z"}],"ending":{"state":"cancelled","by":"U0TIM","at":"2026-03-02T10:00:00Z","reason":"enough"},"begins_in":"staging"}');
INSERT INTO "release" VALUES(2,'website','2.2.0','normal','waiting',0,6,'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960',1772445660000000,NULL,'{"number":2,"kind":"normal","build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"549eeb6ae868efbcd9dc","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 2","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"came_after":"2.1.0","ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO "release" VALUES(3,'shop','2.1.0','normal','waiting',0,6,'ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2',1772445660000000,NULL,'{"number":3,"kind":"normal","build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"11950a5a4f01a629d96b","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 3","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO "release" VALUES(4,'search','2.3.0','normal','deploying',1,2,'6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2',1772445630000000,NULL,'{"number":4,"kind":"normal","build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"sent","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","holding":true,"may_have_deployed":true,"intent":{"correlation":"7a8d14649a442b34f936","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1}},{"environment":"production"}],"begins_in":"staging"}');
CREATE TABLE reminder (
	user VARCHAR NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (user)
);
CREATE TABLE schema_support (
	lowest VARCHAR NOT NULL
);
INSERT INTO "schema_support" VALUES('0004');
CREATE TABLE service (
	service VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	chain_row INTEGER NOT NULL, 
	chain_hash VARCHAR NOT NULL, policy INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (service)
);
INSERT INTO "service" VALUES('docs','{}',1,'7e602f41a58e4cf0ad0a5dc60363e047bcf840af5f3066f3706b0a5461c3254b',1);
INSERT INTO "service" VALUES('mail','{}',1,'bdf659267658df1782412814f2c33cc779eeeb47bd0648bee26da9b6e5bbb97d',1);
INSERT INTO "service" VALUES('search','{"staging":{"environment":"staging","holder":4,"touched":true},"production":{"environment":"production","locks":[{"owner":"U0TIM","since":"2026-03-02T10:00:00Z","reason":"no search over the weekend"}]}}',5,'36651e44a6f5205cacf52702806a98b4014549e15c94aa76e131a6d4ee09cd97',1);
INSERT INTO "service" VALUES('shop','{"staging":{"environment":"staging","live":{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"release":3,"since":"2026-03-02T10:00:00Z"}}}',9,'c2f3201370581ed1fbf6fa25a87c2b28c6fc0b1b53925876f2f70127523e973b',1);
INSERT INTO "service" VALUES('stats','{}',1,'9a6d7d2e1f3a74bb6ff2d41dbe51a35497c4fb78598ba561b6a3d0b49db740a0',1);
INSERT INTO "service" VALUES('website','{"staging":{"environment":"staging","live":{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"release":2,"since":"2026-03-02T10:00:00Z"}},"production":{"environment":"production"}}',20,'839af7bbbc06f5280c13520dab400959730904ca47a4e5d7b619cf17e44e29d6',1);
CREATE TABLE success (
	id INTEGER NOT NULL, 
	service VARCHAR NOT NULL, 
	environment VARCHAR NOT NULL, 
	release INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	body TEXT NOT NULL, branch VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "success" VALUES(1,'website','staging',1,1772445600000000,'{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}','main');
INSERT INTO "success" VALUES(2,'website','staging',2,1772445600000000,'{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2}','main');
INSERT INTO "success" VALUES(3,'shop','staging',3,1772445600000000,'{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1}','main');
CREATE INDEX build_newest ON build (service, ordinal);
CREATE INDEX build_sha ON build (service, sha);
CREATE INDEX delivery_age ON delivery (at);
CREATE UNIQUE INDEX effect_card ON effect (destination) WHERE done_at IS NULL AND lease_by IS NULL AND kind = 'show_card';
CREATE INDEX effect_done ON effect (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX effect_due ON effect (due_at, id) WHERE done_at IS NULL;
CREATE INDEX effect_lease ON effect (lease_until) WHERE done_at IS NULL AND lease_by IS NOT NULL;
CREATE INDEX effect_failed ON effect (release, id) WHERE failure IS NOT NULL;
CREATE INDEX effect_line ON effect (destination, id) WHERE done_at IS NULL;
CREATE UNIQUE INDEX granted_once ON granted (release, environment, attempt);
CREATE INDEX history_release ON history (release, "row");
CREATE UNIQUE INDEX holding_one ON holding (service, environment) WHERE left_at IS NULL;
CREATE INDEX release_open ON release (service, number) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX release_open_build ON release (service, version) WHERE ended_at IS NULL AND kind = 'normal';
CREATE INDEX release_service ON release (service, number);
CREATE INDEX release_state ON release (state, number);
CREATE INDEX release_wake ON release (wake_at) WHERE ended_at IS NULL;
CREATE INDEX success_line ON success (service, environment, id);
CREATE INDEX build_branch ON build (service, branch, position, ordinal);
CREATE INDEX success_branch ON success (service, environment, branch, id);
CREATE INDEX policy_digest ON policy (digest);
CREATE INDEX release_ended ON release (service, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX release_build ON release (service, version, number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('effect',47);
COMMIT;
