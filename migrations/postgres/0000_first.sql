CREATE TABLE "comments" (
	"report_id" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"author_id" text COLLATE "C" NOT NULL,
	"author_name" text NOT NULL,
	"body" text NOT NULL,
	"created_at" bigint NOT NULL,
	"edited_at" bigint,
	CONSTRAINT "comments_report_id_id_pk" PRIMARY KEY("report_id","id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" text NOT NULL,
	"ends_at" bigint NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "inbox_events" (
	"user_id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"data" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "inbox_events_user_id_seq_pk" PRIMARY KEY("user_id","seq")
);
--> statement-breakpoint
CREATE TABLE "inboxes" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"floor" bigint DEFAULT 0 NOT NULL,
	"unread" bigint NOT NULL,
	"unseen" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "meta" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"user_id" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"reason" text NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"actor_name" text NOT NULL,
	"report_id" text COLLATE "C" NOT NULL,
	"report_title" text NOT NULL,
	"comment_id" text COLLATE "C" NOT NULL,
	"comment_excerpt" text NOT NULL,
	"created_at" bigint NOT NULL,
	"seen_at" bigint,
	"read_at" bigint,
	"archived_at" bigint,
	CONSTRAINT "notifications_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"owner_name" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"revoked_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"actor_name" text NOT NULL,
	"session_ends_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	"session_issued_at" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comments" ADD CONSTRAINT "comments_report_id_parent_id_comments_report_id_id_fk" FOREIGN KEY ("report_id","parent_id") REFERENCES "public"."comments"("report_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_events" ADD CONSTRAINT "inbox_events_user_id_inboxes_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."inboxes"("user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_inboxes_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."inboxes"("user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_ends_at" ON "idempotency_keys" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id","id") WHERE read_at IS NULL;--> statement-breakpoint
CREATE INDEX "notifications_archived" ON "notifications" USING btree ("user_id","id") WHERE archived_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "revocations_revoked_at" ON "revocations" USING btree ("revoked_at");--> statement-breakpoint
CREATE INDEX "tickets_ends_at" ON "tickets" USING btree ("ends_at");--> statement-breakpoint
ALTER TABLE "inboxes" SET (fillfactor = 70);--> statement-breakpoint
INSERT INTO "meta" ("key", "value") VALUES ('needs', '1795402489461');
