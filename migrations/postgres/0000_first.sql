CREATE SCHEMA IF NOT EXISTS "carillon";
--> statement-breakpoint
CREATE TABLE "carillon"."activities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"topics" text NOT NULL,
	"actor_id" text COLLATE "C",
	"actor_name" text,
	"title" text,
	"body" text,
	"url" text,
	"data" text,
	"report_id" uuid,
	"addressed" text,
	"group_key" text,
	"publisher" text COLLATE "C",
	"key" text,
	"fingerprint" text,
	"version" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"happened_at" bigint NOT NULL,
	"expires_at" bigint,
	"retracted_at" bigint,
	"due_at" bigint,
	"fan_out_after" text COLLATE "C",
	"update_after" text COLLATE "C",
	"retract_after" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "carillon"."comments" (
	"report_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"parent_id" uuid,
	"author_id" text COLLATE "C" NOT NULL,
	"author_name" text NOT NULL,
	"body" text NOT NULL,
	"mentions" text,
	"created_at" bigint NOT NULL,
	"edited_at" bigint,
	"deleted_at" bigint,
	CONSTRAINT "comments_report_id_id_pk" PRIMARY KEY("report_id","id")
);
--> statement-breakpoint
CREATE TABLE "carillon"."idempotency_keys" (
	"scope" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"fingerprint" text NOT NULL,
	"subject" text NOT NULL,
	"ends_at" bigint NOT NULL,
	CONSTRAINT "idempotency_keys_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "carillon"."inbox_events" (
	"user_id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"notification_id" uuid,
	"extra" text,
	"unread" bigint NOT NULL,
	"unseen" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "inbox_events_user_id_seq_pk" PRIMARY KEY("user_id","seq")
);
--> statement-breakpoint
CREATE TABLE "carillon"."inboxes" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"floor" bigint NOT NULL,
	"unread" bigint NOT NULL,
	"unseen" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carillon"."meta" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carillon"."notifications" (
	"user_id" text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"state" smallint NOT NULL,
	"activity_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"topic" text,
	"open_key" text,
	"count" bigint NOT NULL,
	"members" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"seen_at" bigint,
	"read_at" bigint,
	"archived_at" bigint,
	CONSTRAINT "notifications_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "carillon"."recipients" (
	"activity_id" uuid NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"notified" smallint NOT NULL,
	"reason" text,
	"rule" text NOT NULL,
	"notification_id" uuid,
	CONSTRAINT "recipients_activity_id_user_id_pk" PRIMARY KEY("activity_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "carillon"."reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"owner_name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"deleted_at" bigint,
	"retract_after" uuid
);
--> statement-breakpoint
CREATE TABLE "carillon"."revocations" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"revoked_at" bigint NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carillon"."settings" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"data" text NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carillon"."tickets" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"actor_name" text NOT NULL,
	"session_issued_at" bigint NOT NULL,
	"session_ends_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carillon"."watches" (
	"topic" text COLLATE "C" NOT NULL,
	"user_id" text COLLATE "C" NOT NULL,
	"level" text NOT NULL,
	"because" text NOT NULL,
	"since" bigint NOT NULL,
	CONSTRAINT "watches_topic_user_id_pk" PRIMARY KEY("topic","user_id")
);
--> statement-breakpoint
CREATE INDEX "activities_due" ON "carillon"."activities" USING btree ("due_at","id") WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "activities_key" ON "carillon"."activities" USING btree ("publisher","key") WHERE key IS NOT NULL;--> statement-breakpoint
CREATE INDEX "idempotency_keys_ends_at" ON "carillon"."idempotency_keys" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "notifications_listed" ON "carillon"."notifications" USING btree ("user_id","state","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_open" ON "carillon"."notifications" USING btree ("user_id","open_key") WHERE open_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX "notifications_read" ON "carillon"."notifications" USING btree ("user_id","read_at") WHERE read_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "reports_retracting" ON "carillon"."reports" USING btree ("id") WHERE retract_after IS NOT NULL;--> statement-breakpoint
CREATE INDEX "revocations_seq" ON "carillon"."revocations" USING btree ("seq");--> statement-breakpoint
CREATE INDEX "tickets_ends_at" ON "carillon"."tickets" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "watches_of_user" ON "carillon"."watches" USING btree ("user_id","topic");
--> statement-breakpoint
INSERT INTO "carillon"."meta" ("key", "value") VALUES ('needs', '1795650941586');
