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
INSERT INTO "alembic_version" VALUES('0005');
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
INSERT INTO "counter" VALUES('database',2946254686441095440);
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
INSERT INTO "history" VALUES('docs',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan 00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf":"44665204275e11715fa8876cdf82494caed56e7af98c86278be9d355ece470025f5d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','8faef7f0b92390674babf78b0875f3ea27ccc61879abedfe2081216a7ec3e6cc');
INSERT INTO "history" VALUES('mail',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan 7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad":"201d798e4ab50116ab750924360971e42345994ca619809155689dd8ad4b9d19251d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','bea5240ea4fc956919cb870a5b0be1f442017c767af7ae4554d41bb96423bbae');
INSERT INTO "history" VALUES('search',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','587542c9a3ffc7f46492af59d3984f02420ce09c5d632a3077e7d5600c66d355');
INSERT INTO "history" VALUES('shop',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','7e6bdf5f6163b9aa263f05fae252a92319f2a2e164c9a1100f55ad366b87bd77');
INSERT INTO "history" VALUES('stats',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan 17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094":"ade3e6809537abdcb7f0c1a7077f1b46f1c1be0618bc65684d31244c4fd522a5b964","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','0d8b5403e704087e5c3712d1ab187dbc9714aedd74d18ff0fa0e1998699fb049');
INSERT INTO "history" VALUES('website',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"470aca1228ece411eb59fab8757d5f9f356ae70f67b525f2c711094a21eab3ec2e89","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','4633c1253939777624729f8afc0da7c242c034517dda0c69e43ca5773ce40b15');
INSERT INTO "history" VALUES('website',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build website 2.1.0":"327c4385cf0bad7f18dabaf62c658ab3b0c3a15e2b34ac8f30c345edae4533e5b064b7b7e714d1"}}','b9a92fa519089ba66b3df3bf9509ca225dd8613e29b3dbf062965b601d6bfa1c');
INSERT INTO "history" VALUES('website',3,1772445600000000,'U0ANDY','started',1,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 2":"083fd42fc919844663c890edb625c728f91c201b60b3a23e91f4c1179d8292094cec9b0d1221e7","effect 4":"f877074f97a727ec68fadb135ccfbf8de54aa8e73ef22bbc6265fe9cdcc5ce73b71b9b385db7e7","granted 2981f79c1cce0da875cf":"aa1c85da143f7ea100f25f31d5e0c4bf5731f519f0659e8a0e11704a5d32674a57b75325b7","holding 1":"aa02ce8f2b258d662f4f219e944c0adb02d9cb5b2b721942ea781d6934212e6125b7f1b7e757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 1":"2c9699073f523bde80866e166047bd16a58462dc7b3ed50365c754f11e2494b6e6f121e4b787b7e724d1","service website":"816cd478ebd9c4b3f6d40de7923ffcf5e9185241cf69f471151795a62a8a3e9083e7"},"step":"staging","step_state":"granted","to":"deploying"}','36114fe70e47a651de1bdac00e3c826dccff16c5214ddd9343afc07c6fdee061');
INSERT INTO "history" VALUES('website',4,1772445600000000,'shiproom','send_requested',1,'{"release":1,"correlation":"2981f79c1cce0da875cf"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 1":"d2603765357cbe8505aef614cabdfe59f74e33f580912c16e903925c0734389349f1b7e4b7870de724d1","service website":"463605bded48ed01b6b783f75c1e8c2642bc0ab8b34a6fde828945278ad7bc98a3e7"},"step":"staging","step_state":"sent","to":"deploying"}','53b13d21df848d8bf85b1d3a3d6328a828912f535ec2974df6c5e486e9f24aa0');
INSERT INTO "history" VALUES('website',5,1772445600000000,'shiproom','send_accepted',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 1":"f9b2f9b1a4f8b4f7e788ce025198044b77052eae06daff8a8f1c3b441d967a306af1b7e4b7879be724d1"},"step":"staging","step_state":"running","to":"deploying"}','39c10dbd447fc097f91fe9650f7f32cd8e0b1f14ecab6f74e33cef3908e0b0f1');
INSERT INTO "history" VALUES('website',6,1772445600000000,'shiproom','run_reported',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 6":"ed62f58f86dcadfcb640f14b1d2ea73dcaf62a5ddd76fdcafaf7c34149c321640bec14141221e7","release 1":"1fdf02738cd2646eaa08479b22e4e5309b26c9a70b5b4755056fed8ef29ecc01abf121e4b78738e7aed1","service website":"2cdb2957cfdf58c87bf221d53cbf3f71a23c7f54bd214603d64a70fa126f14f7a6e7","success 1":"d37faae7d061308354ac8f6517847b76c914b532550259b3ad220dfa263ab6c857b06425b7b7e7"},"step":"production","step_state":"waiting","to":"waiting"}','8be333ce6c5f8267b6f5fd214d07d4decb56bba106112ce168622c356ef7ecac');
INSERT INTO "history" VALUES('website',7,1772445600000000,'U0ANDY','step_requested',1,'{"release":1,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 9":"fe82531c63179363a43242b846f5e8b811151eef72d17af1abe1b3b5664736ddfaec82851221e7","release 1":"6f8e035612a4f69474d0dc8571ef2347b44c52aebd1d561f450a947c613149f217f121e4b787aee7aed1"},"step":"production","step_state":"waiting","to":"waiting"}','e097606fd392d64450eb4a90b0367d798ed9d985b08375846044af90a8ab1374');
INSERT INTO "history" VALUES('website',8,1772445600000000,'U0ANDY','signed_off',1,'{"release":1,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','b9fe02035874fc6b52dca4603f30b0f80804e719194954d8a0aba61b121aa52b');
INSERT INTO "history" VALUES('website',9,1772445600000000,'U0AMITA','signed_off',1,'{"release":1,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 1":"2f8c5c34287b71320c4909ca89ded1452ac0000bcc103343ffd2d5e44c5b7a6525b757b7e757","release 1":"da684b35d124f9b8285866aec926659293024ebc324661610a748d03a3934a7861f121e4b78714e7aed1","service website":"e7b565a364fee5111e6d0a58f35940dd6f3a1631e2b5c327d9db14d742849897ace7"},"step":"production","step_state":"waiting","to":"waiting"}','6d433e668c1f3a44739f9a0fc1e1e0e870606bc55c224304059a662d08fa9fd3');
INSERT INTO "history" VALUES('website',10,1772445600000000,'U0TIM','locked',0,'{"service":"website","environments":["production"],"actor":"U0TIM","reason":"incident"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"locked","rows":{"effect 13":"2cdac897e1404f460d535ddaae1648a0cfe0446ec0d3cad7d605f6dfca9095ac7aece15b1221e7","service website":"963f99bcbc548a737c0c950b51674dd17b87e49d6906c2e11c6f39498ef49cab87e7"},"service":"website"}','d7c0a3c092bed0a4970bf65b08e83895f47cecde2136b01a363d6a09de4520fb');
INSERT INTO "history" VALUES('website',11,1772445600000000,'U0TIM','unlocked',0,'{"service":"website","environments":["production"],"actor":"U0TIM"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"unlocked","rows":{"effect 15":"80cf1fbeb1cb1a065a1af737b6223f99ecff3c03d0b1d78acc8adb71d126478b7aec776e1221e7","service website":"483f6aa56d1d746e6cb42f89855a1db43bd1b3a028e84b768897ef98fd7a0e97f8e7"},"service":"website"}','a972a49f044442ed107906ae8b7de97e835bd6a4e4190a426079f272fb841cc4');
INSERT INTO "history" VALUES('website',12,1772445600000000,'U0TIM','cancel_requested',1,'{"release":1,"actor":"U0TIM","reason":"enough"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"cancelled","rows":{"release 1":"9112bfc2c318aa0581f7c79922193889d001a2a952db5021d242ed274ccf0e7d645721e4b78782e7c7d1"},"step":"production","step_state":"skipped","to":"cancelled"}','eaf2ce789b5d7f60d649a678810ba8331bbfd9555bd7a17884335b58c147f400');
INSERT INTO "history" VALUES('website',13,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:2","changes":[],"position":2}}','{"order":2,"reply":"build_ready","rows":{"build website 2.2.0":"e94e4f1535b1d8a1a982f02c7e7d4fe84a86a83c28bfbf92cbea20b3b4ec56441f640d0de74e88"}}','ed123391359ddfb02ce43b5e06a2b8361095674d37974b81b8f273df6b150a11');
INSERT INTO "history" VALUES('website',14,1772445600000000,'U0ANDY','started',2,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 19":"e8f31619a25258c0ec28d2511c0b11ef93c2211a8faf589c64a7d1ecbb81312a8fecf8451221e7","effect 21":"a6762732476d11e8efd620445caed0aaf358265729ccb92540f7f2c43a8bae805047f8b45d0de7","granted 549eeb6ae868efbcd9dc":"935e1537cc207ea2ef9ae925fd422ad1c78a807b6bc46a169b848007066bbb3857b70f250d","holding 2":"f854020f75062f5ac1128fdd5167fdaec4735a39d3d83ef5082595bdf09578b1250df10de757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 2":"d8430bf2025f58a2f5fb7c2b85897c542795e663b9fb946712c0302d5018786383f121e40d87b7e72488","service website":"40869b29094f6322d2a5b2d8ca9c3bf67b8313f6d23261725ffd522444f9db4831e7"},"step":"staging","step_state":"granted","to":"deploying"}','fdb7584b3168f2f50e1c284e9d22fb99dedf73e654cfde4a94dcc740af4b838b');
INSERT INTO "history" VALUES('website',15,1772445600000000,'shiproom','send_requested',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 2":"504d74e8905ef6ca38d2f47e252314fa259128b768338b3fd0cb59bb44cd9fb406f1b7e40d870de72488","service website":"8912ea166698e21c42794192003c013c215c7ea25b4ff30a0e6651009d95b442e2e7"},"step":"staging","step_state":"sent","to":"deploying"}','dd0f8035aa9549d5719c42d9fdcfb04e157f51fe212adc86cb7657292cd0ec34');
INSERT INTO "history" VALUES('website',16,1772445600000000,'shiproom','send_accepted',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 2":"19b25d83d2e00f44bc6e412b5275b0f3a4eda4d3d467b5d51c83454a13f7be3870f1b7e40d879be72488"},"step":"staging","step_state":"running","to":"deploying"}','42154264c7dbc1fa33a40e7e0fc3eae3a1a21305cfdafa36672b7df6778ba502');
INSERT INTO "history" VALUES('website',17,1772445600000000,'shiproom','run_reported',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2","state":"succeeded"}','{"attempt":1,"effects":["show_card","show_card","notify_open","call","announce","announce"],"from":"deploying","reply":"reported","rows":{"effect 23":"563a32364aba44fc72e169557e40a58cb53be339ac1e9ffba7d7b6cbc3283026c8ec42981221e7","release 2":"63811a3bc202a05b525ba56efd4664d96f73770faf5878c10fd49a8fcf215805c3f121e40d8738e7ae88","service website":"853254b7b9e71746e4ad5cd76e3cb0fb817156537cdeb03409243ecd81e69552e4e7","success 2":"ca9178303982a507ee234ed75204ca69746196f1f32bf536ca88752a3b1ce682571f64250d0de7"},"step":"production","step_state":"waiting","to":"waiting"}','bfea79c83c6f27fe853dbd1d8383b27f8f37e39c6e1c89f20be7ee246b5196fa');
INSERT INTO "history" VALUES('website',18,1772445600000000,'U0ANDY','step_requested',2,'{"release":2,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 27":"02beb63ab7075c82e80e55cf446add994f225a532a7268d95ab3c1d061b9733739ecd3811221e7","release 2":"53af6d0c375ab032dddfa047b946f7f044feb32fddd4afa29bc75b285ea57ba917f121e40d87aee7ae88"},"step":"production","step_state":"waiting","to":"waiting"}','3dd1ea946f2056306856bef45fa56796a7e255905262ecf33ec5ccffb2a0583e');
INSERT INTO "history" VALUES('website',19,1772445600000000,'U0ANDY','signed_off',2,'{"release":2,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','05da37eaa5be22d5d8c02a77d43ed1ab03bfcdc4a43e0843a7fd8ad3686eb0d4');
INSERT INTO "history" VALUES('website',20,1772445600000000,'U0AMITA','signed_off',2,'{"release":2,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 2":"c0dc06486aed995003913c8f64247334458c58afc3240783377deee684a8469a250d570de757","release 2":"ad7f5896d5702ff2ad9d4a4060925c82c6fdfd6490912a010a6c0fc19e18777cfdf121e40d8714e7ae88","service website":"f3d0500b56d37caef7da72f490ef259dc31a0b7a3463a0e4c5980b46d5eb972f2de7"},"step":"production","step_state":"waiting","to":"waiting"}','9269c43b29c0e21a84dde8ce5fab4062d15f448b0ddc0d4585331739bd1778ba');
INSERT INTO "history" VALUES('shop',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build shop 2.1.0":"316e4783c9ea54c71a8268d45748442fc484218c83087ac0f3a85d4087408ac67964b7b7a214d1"}}','6a0b88b0ec8373cffe9ce30ee2663526c80ece3b3b950cd6e09570f9590799b5');
INSERT INTO "history" VALUES('shop',3,1772445600000000,'U0ANDY','started',3,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 31":"8863089f2f30eacbb001e1e579c07ab2bd0bf4e46a4424af3b4d9e967a98f268d5a09bf51221a2","effect 33":"f017ffbc398356357ec539252b851305c7f19cb379bd0882296af5fd14dc395b75309bd95d9ba2","granted 11950a5a4f01a629d96b":"17e0a233ea6282c9c7129f134274c36bbef59355b74f3ee79ffb7d83298fe62757b778259b","holding 3":"48d59221c3e53a5d0b8509c998415e457b18294b992e9e3c19cd37119de51091259bf19ba257","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","release 3":"84ff6dc19a2999a8a4895a357c96b629382520320c4431b34a56fccc3a1de714d4f121e49b00b7a224d1","service shop":"b6819eeb0a7067ea4b993a96eca624e021ac5bf5e84bc7fa3e6b97a7e4e76f05eda2"},"step":"staging","step_state":"granted","to":"deploying"}','0fde5a1641c9b5ed45ad2e250242d826112262b7ea19c4a45796f30dbc188caa');
INSERT INTO "history" VALUES('shop',4,1772445600000000,'shiproom','send_requested',3,'{"release":3,"correlation":"11950a5a4f01a629d96b"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 3":"b9387b2a3eec2e0dabe859dc18a3a940386ce8b259a5a41aa317bfd085ed95d1dff1b7e49b000da224d1","service shop":"c14d26a63dd19d330efffcc800f2845e272a7160f98a00274d916157f1cf876920a2"},"step":"staging","step_state":"sent","to":"deploying"}','e27fdc5a9441b86c34fc2a985626b7f8c574ba08008a063a624a93a0abe60c5f');
INSERT INTO "history" VALUES('shop',5,1772445600000000,'shiproom','send_accepted',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 3":"be7c049be230456985efe12338ece0daaf58da9c78fca9fcd7bccdcb99e86c5dfef1b7e49b009ba224d1"},"step":"staging","step_state":"running","to":"deploying"}','707f600f3a94a4b68f2321d85933948e9a625e38f13a24bb22722a0bafae672a');
INSERT INTO "history" VALUES('shop',6,1772445600000000,'shiproom','run_reported',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 35":"5d524409ef43d555a2fcff7f06761f3b4f4665d65a17f394a8801ed7dc4f45ed92a014ec1221a2","release 3":"5847e09bae4be224a6c8b908fae63c7e4f6b5198b77180595b03212e8a23a27e8df121e49b0038a2aed1","service shop":"7e656a07e946d342fe2283065936d32268c2633d0c6d996cb0735d26f24550e2f3a2","success 3":"607b3b3d1644e3da23883e5c704c82a0092d65409161fcef103e25469fc3ced8577964259b9ba2"},"step":"production","step_state":"waiting","to":"waiting"}','d84d6b3e38bb3f595f7179769965a3d6f53bf25c7e7ad723c395352384c81971');
INSERT INTO "history" VALUES('shop',7,1772445600000000,'U0ANDY','step_requested',3,'{"release":3,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 38":"4049fcf6ed9734bbb18546a66767510b89c624d661cf1f5bcbf06591e08126bf27a082511221a2","release 3":"854ada3fa4ff097e9534a4d7e399d86748bf5d5ecd6db13f99ffad55ddd20a6295f121e49b00aea2aed1"},"step":"production","step_state":"waiting","to":"waiting"}','50b34ebc9ddea991c494e8ebf4915eb3ee900f36678a1db99ccd53d87c78f5c6');
INSERT INTO "history" VALUES('shop',8,1772445600000000,'U0ANDY','signed_off',3,'{"release":3,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','5436db09ebcb1adcd6ce9f6b56822d1490048fcdf41e272082ae741d4331fb8f');
INSERT INTO "history" VALUES('shop',9,1772445600000000,'U0AMITA','signed_off',3,'{"release":3,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 3":"1644db1f3f32bbf578338c1e3a0277fcfa86a1ad574b86bfc3af85185add5c98259b579ba257","release 3":"370a732ed71037dc2af4c41346bb3c18cb1ee02270177a865c0571945284fc1fd3f121e49b0014a2aed1","service shop":"a16fd90747aae889cfe4d4c4ff5a11000bea72e9ad357ddcf49afd09e4466bdec3a2"},"step":"production","step_state":"waiting","to":"waiting"}','2569d30805720ef6f1e69c9593b4baf5ffa3b488d7558584749e0d1c338cddf7');
INSERT INTO "history" VALUES('search',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:3","changes":[],"position":3}}','{"order":1,"reply":"build_ready","rows":{"build search 2.3.0":"b5c28aac6717b283a0fad52f7325dc32c165e771081c54ba09cdf8e640588f12f064b7b7a778bf"}}','da89e35f350cf6e18a5d1b3cb270734ea653c4c33bebb8d93b2c7cd6477dc33d');
INSERT INTO "history" VALUES('search',3,1772445600000000,'U0ANDY','started',4,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 42":"7ea11f26846a3dbf38901664214e7ad998d7ce3c266876027c79ada3cd951b4cc1cf9b881221a7","effect 44":"5a3c2db12d86b241998dbf1ad79797dd79b2c03d9739eaa2f39671bbb00dece561939bbd5d38a7","granted 7a8d14649a442b34f936":"2d77766d154c5a5e4077f3b2ca35242874e73efc30664b32fc9407ffca9baa3557b7db2538","holding 4":"d0660dc6e4fb3c0a809041589b278748483935146051bd9e982c0eea144b73d32538f138a757","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","release 4":"5553915c99b547810c4079dc678f7c3ce4aa935bd8bc69726c7d0793b1aeeb80ebf121e4388fb7a724bf","service search":"2fc34ba82d7880eb9870995d3dfd73e1de5f28008dc37150b1dbfa85183075ed68a7"},"step":"staging","step_state":"granted","to":"deploying"}','dbff88972d845fa1509e29ba8ed54cea5548627a33c0b7a65524057479808956');
INSERT INTO "history" VALUES('search',4,1772445600000000,'shiproom','send_requested',4,'{"release":4,"correlation":"7a8d14649a442b34f936"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 4":"fed0bdff481c840cae2b189adb8d0e9b858665c221dab0374edeb6ee263ed2ec44f1b7e4388f0da724bf","service search":"20841a8bfa2bc38174c79a54ff494a36ca47c8379fbe24e400a2c58a6b8e783044a7"},"step":"staging","step_state":"sent","to":"deploying"}','f8a415909db714c2b44f4e239f3c4569fee7a0ac721f1d10d68c93b2793d3f9e');
INSERT INTO "history" VALUES('search',5,1772445600000000,'U0TIM','locked',0,'{"service":"search","environments":["production"],"actor":"U0TIM","reason":"no search over the weekend"}','{"by":"U0TIM","environment":"production","reason":"no search over the weekend","reply":"locked","rows":{"effect 47":"800703270c9ab099f7eb42ef8e1f58c5dd653255777d6a8eeb3dadd56ae11ccf2acfae071221a7","service search":"dcd2e31a1f88375624786a91e28761eae0abc85e7b0b395197467edbdbad21a9f7a7"},"service":"search"}','a99c5660b9d3567bb9397afc03178abfa257014e2aa576fb0f1815276211ff8f');
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
CREATE TABLE home (
	user VARCHAR NOT NULL, 
	opened_at INTEGER NOT NULL, 
	drawn VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	until INTEGER NOT NULL, 
	PRIMARY KEY (user)
);
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
INSERT INTO "release" VALUES(1,'website','2.1.0','normal','cancelled',0,7,'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960',NULL,1772445600000000,'{"number":1,"kind":"normal","build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"2981f79c1cce0da875cf","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 1","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"skipped","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]],"ended_at":"2026-03-02T10:00:00Z"}],"ending":{"state":"cancelled","by":"U0TIM","at":"2026-03-02T10:00:00Z","reason":"enough"},"begins_in":"staging"}');
INSERT INTO "release" VALUES(2,'website','2.2.0','normal','waiting',0,6,'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960',1772445660000000,NULL,'{"number":2,"kind":"normal","build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"549eeb6ae868efbcd9dc","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 2","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"came_after":"2.1.0","ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]]}],"begins_in":"staging"}');
INSERT INTO "release" VALUES(3,'shop','2.1.0','normal','waiting',0,6,'ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2',1772445660000000,NULL,'{"number":3,"kind":"normal","build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"11950a5a4f01a629d96b","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 3","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"],"called_at":[["testers","2026-03-02T10:00:00Z"],["ops","2026-03-02T10:00:00Z"]]}],"begins_in":"staging"}');
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
INSERT INTO "service" VALUES('docs','{}',1,'8faef7f0b92390674babf78b0875f3ea27ccc61879abedfe2081216a7ec3e6cc',1);
INSERT INTO "service" VALUES('mail','{}',1,'bea5240ea4fc956919cb870a5b0be1f442017c767af7ae4554d41bb96423bbae',1);
INSERT INTO "service" VALUES('search','{"staging":{"environment":"staging","holder":4,"touched":true},"production":{"environment":"production","locks":[{"owner":"U0TIM","since":"2026-03-02T10:00:00Z","reason":"no search over the weekend"}]}}',5,'a99c5660b9d3567bb9397afc03178abfa257014e2aa576fb0f1815276211ff8f',1);
INSERT INTO "service" VALUES('shop','{"staging":{"environment":"staging","live":{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"release":3,"since":"2026-03-02T10:00:00Z"}}}',9,'2569d30805720ef6f1e69c9593b4baf5ffa3b488d7558584749e0d1c338cddf7',1);
INSERT INTO "service" VALUES('stats','{}',1,'0d8b5403e704087e5c3712d1ab187dbc9714aedd74d18ff0fa0e1998699fb049',1);
INSERT INTO "service" VALUES('website','{"staging":{"environment":"staging","live":{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"release":2,"since":"2026-03-02T10:00:00Z"}},"production":{"environment":"production"}}',20,'9269c43b29c0e21a84dde8ce5fab4062d15f448b0ddc0d4585331739bd1778ba',1);
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
