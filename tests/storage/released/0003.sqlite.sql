BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
INSERT INTO "counter" VALUES('database',2880193693836131742);
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
INSERT INTO "effect" VALUES(10,'thread:1','post_to_thread',1,'{"release":1,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',9,'');
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
INSERT INTO "effect" VALUES(28,'thread:2','post_to_thread',2,'{"release":2,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}',1772445600000000,0,NULL,NULL,NULL,NULL,'website',20,'');
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
INSERT INTO "effect" VALUES(39,'thread:3','post_to_thread',3,'{"release":3,"code":"signed","values":{"by":"U0AMITA","team":"testers","note":""}}',1772445600000000,0,NULL,NULL,NULL,NULL,'shop',9,'');
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
INSERT INTO "history" VALUES('docs',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan 00fb7ea79ed14c3ab895c1692ff0b2395f0d5b34710df6d0d2013757f11f3ebf":"44665204275e11715fa8876cdf82494caed56e7af98c86278be9d355ece470025f5d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','f2bbb75347fb9ea53dcc28d6f28b8493a302d4ce54dc97e426827caec64fe008');
INSERT INTO "history" VALUES('mail',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan 7b598cc93dbd1f422ce546f309329e921f6b9a926fee1c9fa79f4ca45fe407ad":"201d798e4ab50116ab750924360971e42345994ca619809155689dd8ad4b9d19251d","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','0ead6f5a4ea0c83b96ae4192f0e745d603786e64fd827203ed4a8af64d959882');
INSERT INTO "history" VALUES('search',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','1375275abbc516dd95de2b96eb769bfe90e7e2567d333de70dd9812fb261b3c0');
INSERT INTO "history" VALUES('shop',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','8cba9824bab1e31df20ad76b56dededa58918d1b9b2441b4c5389aa7ef627436');
INSERT INTO "history" VALUES('stats',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan 17b7225ef2b64d9af80ef7a8466284af0c63e62f7aa0e3cb5f84bbe392cae094":"ade3e6809537abdcb7f0c1a7077f1b46f1c1be0618bc65684d31244c4fd522a5b964","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','50c001f6adf6f204c83e62f4c9adba25ae5ec9bcbd5923a87e075f602374102c');
INSERT INTO "history" VALUES('website',1,1772445600000000,'shiproom','policy_loaded',0,'{}','{"number":1,"plan":"a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960","policy":"policy of the tests","reply":"policy_taken","rows":{"counter database":"22770be693b616d0d0f33d4e2002fda8082550675334fdbe9608680067fdf09b2ef0","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","policy 1":"9dda14e80fd4ef95d342176bbe40217ec54778d1e66443dece41b6f4cb57075b4257f93fb7"}}','94852389814267f6416fe527f84f9c8d5dbd4ab85cf07804f3617848f79dff84');
INSERT INTO "history" VALUES('website',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build website 2.1.0":"327c4385cf0bad7f18dabaf62c658ab3b0c3a15e2b34ac8f30c345edae4533e5b064b7b7e714d1"}}','deafa69c3d225057af2344516ee47ba46975831723a62cd784127433643ac3ac');
INSERT INTO "history" VALUES('website',3,1772445600000000,'U0ANDY','started',1,'{"build":{"service":"website","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 2":"083fd42fc919844663c890edb625c728f91c201b60b3a23e91f4c1179d8292094cec9b0d1221e7","effect 4":"f877074f97a727ec68fadb135ccfbf8de54aa8e73ef22bbc6265fe9cdcc5ce73b71b9b385db7e7","granted 2981f79c1cce0da875cf":"aa1c85da143f7ea100f25f31d5e0c4bf5731f519f0659e8a0e11704a5d32674a57b75325b7","holding 1":"aa02ce8f2b258d662f4f219e944c0adb02d9cb5b2b721942ea781d6934212e6125b7f1b7e757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 1":"2c9699073f523bde80866e166047bd16a58462dc7b3ed50365c754f11e2494b6e6f121e4b787b7e724d1","service website":"816cd478ebd9c4b3f6d40de7923ffcf5e9185241cf69f471151795a62a8a3e9083e7"},"step":"staging","step_state":"granted","to":"deploying"}','853c911ae65697180b05cc7ac20317de45a616d8dc21d26c16cba8bc96ecc51a');
INSERT INTO "history" VALUES('website',4,1772445600000000,'shiproom','send_requested',1,'{"release":1,"correlation":"2981f79c1cce0da875cf"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 1":"d2603765357cbe8505aef614cabdfe59f74e33f580912c16e903925c0734389349f1b7e4b7870de724d1","service website":"463605bded48ed01b6b783f75c1e8c2642bc0ab8b34a6fde828945278ad7bc98a3e7"},"step":"staging","step_state":"sent","to":"deploying"}','db81c6b2249edbec9b8197b28cfd12560a9be68c6bb4dc15e0a8480dda6f8a9d');
INSERT INTO "history" VALUES('website',5,1772445600000000,'shiproom','send_accepted',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 1":"f9b2f9b1a4f8b4f7e788ce025198044b77052eae06daff8a8f1c3b441d967a306af1b7e4b7879be724d1"},"step":"staging","step_state":"running","to":"deploying"}','8f43c3b132368ac42e5c8cd029937e938c35b116ed6d1a3bec479e154921b686');
INSERT INTO "history" VALUES('website',6,1772445600000000,'shiproom','run_reported',1,'{"release":1,"correlation":"2981f79c1cce0da875cf","run_id":"run 1","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 6":"ed62f58f86dcadfcb640f14b1d2ea73dcaf62a5ddd76fdcafaf7c34149c321640bec14141221e7","release 1":"979e52e81b05f7c000049a790ab35bf9c1fa4a6269837707f9b2d4c31a202f2351f121e4b78738e7aed1","service website":"2cdb2957cfdf58c87bf221d53cbf3f71a23c7f54bd214603d64a70fa126f14f7a6e7","success 1":"d37faae7d061308354ac8f6517847b76c914b532550259b3ad220dfa263ab6c857b06425b7b7e7"},"step":"production","step_state":"waiting","to":"waiting"}','c0992581e53a0bb725fb7aef781fb0819366f68c361e2db24520ceed717da8b4');
INSERT INTO "history" VALUES('website',7,1772445600000000,'U0ANDY','step_requested',1,'{"release":1,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 9":"fe82531c63179363a43242b846f5e8b811151eef72d17af1abe1b3b5664736ddfaec82851221e7","release 1":"4a520c850c6dbb44094318ca0c424870e3556f1d7610b67776af03afd1d8145ef7f121e4b787aee7aed1"},"step":"production","step_state":"waiting","to":"waiting"}','bd7ff64e48e8b0d3b320250da9d6add0f6b992ab0f1ce2bbd7f7f3585dd6cc41');
INSERT INTO "history" VALUES('website',8,1772445600000000,'U0ANDY','signed_off',1,'{"release":1,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','78d2d4a5dfa1a7461ef9becb4ee0703df30dbf5b11ec891130438419c2318f76');
INSERT INTO "history" VALUES('website',9,1772445600000000,'U0AMITA','signed_off',1,'{"release":1,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 1":"2f8c5c34287b71320c4909ca89ded1452ac0000bcc103343ffd2d5e44c5b7a6525b757b7e757","release 1":"93a70787461f189e7e21eab1435df227e635d6f98f278bf66e7887de1d5d2b5216f121e4b78714e7aed1","service website":"e7b565a364fee5111e6d0a58f35940dd6f3a1631e2b5c327d9db14d742849897ace7"},"step":"production","step_state":"waiting","to":"waiting"}','038807510c7d53e75bb78320e0b0cf9cb370f658f90b4c87002a9d985d6c31b7');
INSERT INTO "history" VALUES('website',10,1772445600000000,'U0TIM','locked',0,'{"service":"website","environments":["production"],"actor":"U0TIM","reason":"incident"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"locked","rows":{"effect 13":"2cdac897e1404f460d535ddaae1648a0cfe0446ec0d3cad7d605f6dfca9095ac7aece15b1221e7","service website":"963f99bcbc548a737c0c950b51674dd17b87e49d6906c2e11c6f39498ef49cab87e7"},"service":"website"}','d1ecb1e153826d7d8729e70b837ea069e6a848bbefbcce62a5fb2d6a94b39d7b');
INSERT INTO "history" VALUES('website',11,1772445600000000,'U0TIM','unlocked',0,'{"service":"website","environments":["production"],"actor":"U0TIM"}','{"by":"U0TIM","environment":"production","reason":"incident","reply":"unlocked","rows":{"effect 15":"80cf1fbeb1cb1a065a1af737b6223f99ecff3c03d0b1d78acc8adb71d126478b7aec776e1221e7","service website":"483f6aa56d1d746e6cb42f89855a1db43bd1b3a028e84b768897ef98fd7a0e97f8e7"},"service":"website"}','30b460e92cb87193977d5b0b741a62a43d81a2d3f17dcbfe8e63208e4bf57871');
INSERT INTO "history" VALUES('website',12,1772445600000000,'U0TIM','cancel_requested',1,'{"release":1,"actor":"U0TIM","reason":"enough"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"cancelled","rows":{"release 1":"a87ba77b090ca1e5faa1f00768a9b429eb7239a83824327aaaf8bc983b3e977c575721e4b78782e7c7d1"},"step":"production","step_state":"skipped","to":"cancelled"}','3913a4e7a24933107e46ecf604d72ef11553a67c6d5b099438723b6fe2aa5eda');
INSERT INTO "history" VALUES('website',13,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:2","changes":[],"position":2}}','{"order":2,"reply":"build_ready","rows":{"build website 2.2.0":"e94e4f1535b1d8a1a982f02c7e7d4fe84a86a83c28bfbf92cbea20b3b4ec56441f640d0de74e88"}}','698afebb3d12bfbdfdb3be4ab9d8e11c2795e84515255594be8a19c3e8127126');
INSERT INTO "history" VALUES('website',14,1772445600000000,'U0ANDY','started',2,'{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 19":"e8f31619a25258c0ec28d2511c0b11ef93c2211a8faf589c64a7d1ecbb81312a8fecf8451221e7","effect 21":"a6762732476d11e8efd620445caed0aaf358265729ccb92540f7f2c43a8bae805047f8b45d0de7","granted 549eeb6ae868efbcd9dc":"935e1537cc207ea2ef9ae925fd422ad1c78a807b6bc46a169b848007066bbb3857b70f250d","holding 2":"f854020f75062f5ac1128fdd5167fdaec4735a39d3d83ef5082595bdf09578b1250df10de757","plan a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960":"9021e38eadb5635c60bcf796bc6cb732b3261b7e587fd0da2faafe2f73e0eca35787","release 2":"d8430bf2025f58a2f5fb7c2b85897c542795e663b9fb946712c0302d5018786383f121e40d87b7e72488","service website":"40869b29094f6322d2a5b2d8ca9c3bf67b8313f6d23261725ffd522444f9db4831e7"},"step":"staging","step_state":"granted","to":"deploying"}','d07ad8a76cbdcae29071d0ca0609a61cee87643274bdb88024603a8bd4038490');
INSERT INTO "history" VALUES('website',15,1772445600000000,'shiproom','send_requested',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 2":"504d74e8905ef6ca38d2f47e252314fa259128b768338b3fd0cb59bb44cd9fb406f1b7e40d870de72488","service website":"8912ea166698e21c42794192003c013c215c7ea25b4ff30a0e6651009d95b442e2e7"},"step":"staging","step_state":"sent","to":"deploying"}','10c3954f7b64446dc6597b397f1595248f122aa97da61793ecae33475de07ed9');
INSERT INTO "history" VALUES('website',16,1772445600000000,'shiproom','send_accepted',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 2":"19b25d83d2e00f44bc6e412b5275b0f3a4eda4d3d467b5d51c83454a13f7be3870f1b7e40d879be72488"},"step":"staging","step_state":"running","to":"deploying"}','eb8e691b2868615e0991143d7a0401f905cf818ee88cc3c13912dc9ecb0706e9');
INSERT INTO "history" VALUES('website',17,1772445600000000,'shiproom','run_reported',2,'{"release":2,"correlation":"549eeb6ae868efbcd9dc","run_id":"run 2","state":"succeeded"}','{"attempt":1,"effects":["show_card","show_card","notify_open","call","announce","announce"],"from":"deploying","reply":"reported","rows":{"effect 23":"563a32364aba44fc72e169557e40a58cb53be339ac1e9ffba7d7b6cbc3283026c8ec42981221e7","release 2":"3a99b86d29bad6b0d63e90a37a739461665c1a2f63fa24bea9c64032b131100946f121e40d8738e7ae88","service website":"853254b7b9e71746e4ad5cd76e3cb0fb817156537cdeb03409243ecd81e69552e4e7","success 2":"ca9178303982a507ee234ed75204ca69746196f1f32bf536ca88752a3b1ce682571f64250d0de7"},"step":"production","step_state":"waiting","to":"waiting"}','c410f61900706f5b84350fa346b130114ed32865cf2690c952d627b483c32b89');
INSERT INTO "history" VALUES('website',18,1772445600000000,'U0ANDY','step_requested',2,'{"release":2,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 27":"02beb63ab7075c82e80e55cf446add994f225a532a7268d95ab3c1d061b9733739ecd3811221e7","release 2":"1fba63a99d8e82dbded7dcb08cc700ef1ef65248c79cc1fc6e89a132239138e1dcf121e40d87aee7ae88"},"step":"production","step_state":"waiting","to":"waiting"}','82d35d6675b07edb07e38e56c209977589661cd7f81e235ea4193630b872faa7');
INSERT INTO "history" VALUES('website',19,1772445600000000,'U0ANDY','signed_off',2,'{"release":2,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','191972f9ca507d3cd94aeb518ece0fd775243b10a6f9519ce172faff51aa9898');
INSERT INTO "history" VALUES('website',20,1772445600000000,'U0AMITA','signed_off',2,'{"release":2,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 2":"c0dc06486aed995003913c8f64247334458c58afc3240783377deee684a8469a250d570de757","release 2":"4719369ed727a55dab61e1ec44c94c55ff4d0f8bb40e870fd9e809e3daf6a584f5f121e40d8714e7ae88","service website":"f3d0500b56d37caef7da72f490ef259dc31a0b7a3463a0e4c5980b46d5eb972f2de7"},"step":"production","step_state":"waiting","to":"waiting"}','68be0c0ae693f396aa6ca38560368188de5a5584431978098a46865b0f8e0921');
INSERT INTO "history" VALUES('shop',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:1","changes":[],"position":1}}','{"order":1,"reply":"build_ready","rows":{"build shop 2.1.0":"316e4783c9ea54c71a8268d45748442fc484218c83087ac0f3a85d4087408ac67964b7b7a214d1"}}','1f87f4d09b597961ae69a41b67a6f62fcb01ca983e0923b7f84817fcbc0d7a38');
INSERT INTO "history" VALUES('shop',3,1772445600000000,'U0ANDY','started',3,'{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 31":"8863089f2f30eacbb001e1e579c07ab2bd0bf4e46a4424af3b4d9e967a98f268d5a09bf51221a2","effect 33":"f017ffbc398356357ec539252b851305c7f19cb379bd0882296af5fd14dc395b75309bd95d9ba2","granted 11950a5a4f01a629d96b":"17e0a233ea6282c9c7129f134274c36bbef59355b74f3ee79ffb7d83298fe62757b778259b","holding 3":"48d59221c3e53a5d0b8509c998415e457b18294b992e9e3c19cd37119de51091259bf19ba257","plan ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2":"a708c80876916d3996b9f4661a3cb9a3499abc6e05e3792141aaff50d4dc15cc6100","release 3":"84ff6dc19a2999a8a4895a357c96b629382520320c4431b34a56fccc3a1de714d4f121e49b00b7a224d1","service shop":"b6819eeb0a7067ea4b993a96eca624e021ac5bf5e84bc7fa3e6b97a7e4e76f05eda2"},"step":"staging","step_state":"granted","to":"deploying"}','7467381c590c17ff96bff915a05a5f2b61c5bd07411857698bd9b163dd225dba');
INSERT INTO "history" VALUES('shop',4,1772445600000000,'shiproom','send_requested',3,'{"release":3,"correlation":"11950a5a4f01a629d96b"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 3":"b9387b2a3eec2e0dabe859dc18a3a940386ce8b259a5a41aa317bfd085ed95d1dff1b7e49b000da224d1","service shop":"c14d26a63dd19d330efffcc800f2845e272a7160f98a00274d916157f1cf876920a2"},"step":"staging","step_state":"sent","to":"deploying"}','3facbc19c8bb238e9586193c183ac8c10cfb7b01e742d3f9b2b5a5d70220b654');
INSERT INTO "history" VALUES('shop',5,1772445600000000,'shiproom','send_accepted',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"accepted","rows":{"release 3":"be7c049be230456985efe12338ece0daaf58da9c78fca9fcd7bccdcb99e86c5dfef1b7e49b009ba224d1"},"step":"staging","step_state":"running","to":"deploying"}','9996f83791ae29d292a5dc308ce5a3974ba29ab293bc203db1220fede60bd3e2');
INSERT INTO "history" VALUES('shop',6,1772445600000000,'shiproom','run_reported',3,'{"release":3,"correlation":"11950a5a4f01a629d96b","run_id":"run 3","state":"succeeded"}','{"attempt":1,"effects":["show_card","notify_open","call","announce"],"from":"deploying","reply":"reported","rows":{"effect 35":"5d524409ef43d555a2fcff7f06761f3b4f4665d65a17f394a8801ed7dc4f45ed92a014ec1221a2","release 3":"6cf7d6b675785941bd0fa53985a685b95a3c78c0ff26672abc75243a94967fb756f121e49b0038a2aed1","service shop":"7e656a07e946d342fe2283065936d32268c2633d0c6d996cb0735d26f24550e2f3a2","success 3":"607b3b3d1644e3da23883e5c704c82a0092d65409161fcef103e25469fc3ced8577964259b9ba2"},"step":"production","step_state":"waiting","to":"waiting"}','025c547f4849c04b702590586f79758a79d8584755fc9a2362b21a4e66a4f1e3');
INSERT INTO "history" VALUES('shop',7,1772445600000000,'U0ANDY','step_requested',3,'{"release":3,"actor":"U0ANDY","environment":"production"}','{"attempt":1,"effects":["notify_open","show_card"],"from":"waiting","reply":"asked","rows":{"effect 38":"4049fcf6ed9734bbb18546a66767510b89c624d661cf1f5bcbf06591e08126bf27a082511221a2","release 3":"82f2da99b340a57cebd6bb525cac94e834eb409c9fdfc1c00581fc3c82895a4403f121e49b00aea2aed1"},"step":"production","step_state":"waiting","to":"waiting"}','486dc2ea8d7ce951e531000ffec9c781562e3f4fbd60c07eba8f5bba53ba5b5b');
INSERT INTO "history" VALUES('shop',8,1772445600000000,'U0ANDY','signed_off',3,'{"release":3,"actor":"U0ANDY","team":"testers"}','{"action":"approve","refused":"not_in_team"}','dc728245f6654b9b2c7536788c39169c7127e173c13171296b6a9fa2c4c60772');
INSERT INTO "history" VALUES('shop',9,1772445600000000,'U0AMITA','signed_off',3,'{"release":3,"actor":"U0AMITA","team":"testers"}','{"attempt":1,"effects":["post_to_thread","show_card","announce"],"from":"waiting","reply":"signed","rows":{"holding 3":"1644db1f3f32bbf578338c1e3a0277fcfa86a1ad574b86bfc3af85185add5c98259b579ba257","release 3":"81d26ada4d809460157b541bac9644a39b214193744ebce842bf27c3a14865ea71f121e49b0014a2aed1","service shop":"a16fd90747aae889cfe4d4c4ff5a11000bea72e9ad357ddcf49afd09e4466bdec3a2"},"step":"production","step_state":"waiting","to":"waiting"}','3728befd7fce5eeab92626cf2182c3a9d6b9799b35116e5ece342cfdafc2e31e');
INSERT INTO "history" VALUES('search',2,1772445600000000,'shiproom','build_reported',0,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","digest":"sha256:3","changes":[],"position":3}}','{"order":1,"reply":"build_ready","rows":{"build search 2.3.0":"b5c28aac6717b283a0fad52f7325dc32c165e771081c54ba09cdf8e640588f12f064b7b7a778bf"}}','d3b0e887d6c24aab0ebb09823135ea418a4bdc40eb99a8cffff8eae7f20029b1');
INSERT INTO "history" VALUES('search',3,1772445600000000,'U0ANDY','started',4,'{"build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"environment":"staging","actor":"U0ANDY","requesters":["U0ANDY"]}','{"attempt":1,"effects":["notify_open","show_card","trigger","announce"],"from":"","reply":"started","rows":{"effect 42":"7ea11f26846a3dbf38901664214e7ad998d7ce3c266876027c79ada3cd951b4cc1cf9b881221a7","effect 44":"5a3c2db12d86b241998dbf1ad79797dd79b2c03d9739eaa2f39671bbb00dece561939bbd5d38a7","granted 7a8d14649a442b34f936":"2d77766d154c5a5e4077f3b2ca35242874e73efc30664b32fc9407ffca9baa3557b7db2538","holding 4":"d0660dc6e4fb3c0a809041589b278748483935146051bd9e982c0eea144b73d32538f138a757","plan 6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2":"c07ea6478ef4bba0c6b41e44f5799c228a4ffbf0e15fd31bde3f231d1e8a4aad478f","release 4":"5553915c99b547810c4079dc678f7c3ce4aa935bd8bc69726c7d0793b1aeeb80ebf121e4388fb7a724bf","service search":"2fc34ba82d7880eb9870995d3dfd73e1de5f28008dc37150b1dbfa85183075ed68a7"},"step":"staging","step_state":"granted","to":"deploying"}','d2eec122bbec2b5941949e61e0d67f7cb86be46eb034373971600fc8d33a3287');
INSERT INTO "history" VALUES('search',4,1772445600000000,'shiproom','send_requested',4,'{"release":4,"correlation":"7a8d14649a442b34f936"}','{"attempt":1,"effects":["show_card"],"from":"deploying","reply":"send","rows":{"release 4":"fed0bdff481c840cae2b189adb8d0e9b858665c221dab0374edeb6ee263ed2ec44f1b7e4388f0da724bf","service search":"20841a8bfa2bc38174c79a54ff494a36ca47c8379fbe24e400a2c58a6b8e783044a7"},"step":"staging","step_state":"sent","to":"deploying"}','a053eb41c80a634dbd2e53d2fced77422f9016de3df6d431577aaafdcc7f483e');
INSERT INTO "history" VALUES('search',5,1772445600000000,'U0TIM','locked',0,'{"service":"search","environments":["production"],"actor":"U0TIM","reason":"no search over the weekend"}','{"by":"U0TIM","environment":"production","reason":"no search over the weekend","reply":"locked","rows":{"effect 47":"800703270c9ab099f7eb42ef8e1f58c5dd653255777d6a8eeb3dadd56ae11ccf2acfae071221a7","service search":"dcd2e31a1f88375624786a91e28761eae0abc85e7b0b395197467edbdbad21a9f7a7"},"service":"search"}','859eb1a20a646cbccea988c3cc07e152eef0e4ace8ce7b037625b50f736e227a');
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
INSERT INTO "release" VALUES(2,'website','2.2.0','normal','waiting',0,6,'a1ca21e74f05b2919e09e124f8e89e34d58c334eef9fa78171182718b99ea960',1772445900000000,NULL,'{"number":2,"kind":"normal","build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"549eeb6ae868efbcd9dc","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 2","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"came_after":"2.1.0","ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO "release" VALUES(3,'shop','2.1.0','normal','waiting',0,6,'ffa81a36a94f4e926649a3ad1c047a1e0f36a3a05490ed8e265bb328d456a5d2',1772445900000000,NULL,'{"number":3,"kind":"normal","build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"succeeded","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","may_have_deployed":true,"intent":{"correlation":"11950a5a4f01a629d96b","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1},"run":{"ci":"here","id":"run 3","state":"succeeded","seen_at":"2026-03-02T10:00:00Z"},"ended_at":"2026-03-02T10:00:00Z"},{"environment":"production","state":"waiting","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","sign_offs":[{"team":"testers","user":"U0AMITA","at":"2026-03-02T10:00:00Z"}],"called":["testers","ops"]}],"begins_in":"staging"}');
INSERT INTO "release" VALUES(4,'search','2.3.0','normal','deploying',1,2,'6698bca6a1ebb925bcf949709045a75c64054da1a8a944dbd6eb6d65b80558a2',1772445630000000,NULL,'{"number":4,"kind":"normal","build":{"service":"search","version":"2.3.0","sha":"0000003aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:3","changes":[],"position":1},"requesters":["U0ANDY"],"created_at":"2026-03-02T10:00:00Z","steps":[{"environment":"staging","state":"sent","attempt":1,"requested":true,"requested_by":"U0ANDY","waiting_since":"2026-03-02T10:00:00Z","holding":true,"may_have_deployed":true,"intent":{"correlation":"7a8d14649a442b34f936","granted_at":"2026-03-02T10:00:00Z","sent_at":"2026-03-02T10:00:00Z","tries":1}},{"environment":"production"}],"begins_in":"staging"}');
CREATE TABLE service (
	service VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	chain_row INTEGER NOT NULL, 
	chain_hash VARCHAR NOT NULL, policy INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (service)
);
INSERT INTO "service" VALUES('docs','{}',1,'f2bbb75347fb9ea53dcc28d6f28b8493a302d4ce54dc97e426827caec64fe008',1);
INSERT INTO "service" VALUES('mail','{}',1,'0ead6f5a4ea0c83b96ae4192f0e745d603786e64fd827203ed4a8af64d959882',1);
INSERT INTO "service" VALUES('search','{"staging":{"environment":"staging","holder":4,"touched":true},"production":{"environment":"production","locks":[{"owner":"U0TIM","since":"2026-03-02T10:00:00Z","reason":"no search over the weekend"}]}}',5,'859eb1a20a646cbccea988c3cc07e152eef0e4ace8ce7b037625b50f736e227a',1);
INSERT INTO "service" VALUES('shop','{"staging":{"environment":"staging","live":{"build":{"service":"shop","version":"2.1.0","sha":"0000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":1,"digest":"sha256:1","changes":[],"position":1},"release":3,"since":"2026-03-02T10:00:00Z"}}}',9,'3728befd7fce5eeab92626cf2182c3a9d6b9799b35116e5ece342cfdafc2e31e',1);
INSERT INTO "service" VALUES('stats','{}',1,'50c001f6adf6f204c83e62f4c9adba25ae5ec9bcbd5923a87e075f602374102c',1);
INSERT INTO "service" VALUES('website','{"staging":{"environment":"staging","live":{"build":{"service":"website","version":"2.2.0","sha":"0000002aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","branch":"main","order":2,"digest":"sha256:2","changes":[],"position":2},"release":2,"since":"2026-03-02T10:00:00Z"}},"production":{"environment":"production"}}',20,'68be0c0ae693f396aa6ca38560368188de5a5584431978098a46865b0f8e0921',1);
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
