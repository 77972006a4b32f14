CREATE TABLE `activities` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`topics` text NOT NULL,
	`actor_id` text,
	`actor_name` text,
	`title` text,
	`body` text,
	`url` text,
	`data` text,
	`report_id` text,
	`addressed` text,
	`group_key` text,
	`publisher` text,
	`key` text,
	`fingerprint` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`happened_at` integer NOT NULL,
	`expires_at` integer,
	`retracted_at` integer,
	`due_at` integer,
	`fan_out_after` text,
	`update_after` text,
	`retract_after` text
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `activities_due` ON `activities` (`due_at`,`id`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `activities_key` ON `activities` (`publisher`,`key`) WHERE key IS NOT NULL;--> statement-breakpoint
CREATE TABLE `comments` (
	`report_id` text NOT NULL,
	`id` text NOT NULL,
	`parent_id` text,
	`author_id` text NOT NULL,
	`author_name` text NOT NULL,
	`body` text NOT NULL,
	`mentions` text,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer,
	PRIMARY KEY(`report_id`, `id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`subject` text NOT NULL,
	`ends_at` integer NOT NULL,
	PRIMARY KEY(`scope`, `key`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_ends_at` ON `idempotency_keys` (`ends_at`);--> statement-breakpoint
CREATE TABLE `inbox_events` (
	`user_id` text NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`notification_id` text,
	`extra` text,
	`unread` integer NOT NULL,
	`unseen` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `seq`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `inboxes` (
	`user_id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`floor` integer NOT NULL,
	`unread` integer NOT NULL,
	`unseen` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `notifications` (
	`user_id` text NOT NULL,
	`id` text NOT NULL,
	`seq` integer NOT NULL,
	`state` integer NOT NULL,
	`activity_id` text NOT NULL,
	`reason` text NOT NULL,
	`topic` text,
	`open_key` text,
	`count` integer NOT NULL,
	`members` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`seen_at` integer,
	`read_at` integer,
	`archived_at` integer,
	PRIMARY KEY(`user_id`, `id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `notifications_listed` ON `notifications` (`user_id`,`state`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_open` ON `notifications` (`user_id`,`open_key`) WHERE open_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `notifications_read` ON `notifications` (`user_id`,`read_at`) WHERE read_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `recipients` (
	`activity_id` text NOT NULL,
	`user_id` text NOT NULL,
	`notified` integer NOT NULL,
	`reason` text,
	`rule` text NOT NULL,
	`notification_id` text,
	PRIMARY KEY(`activity_id`, `user_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `reports` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`owner_id` text NOT NULL,
	`owner_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	`retract_after` text
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `reports_retracting` ON `reports` (`id`) WHERE retract_after IS NOT NULL;--> statement-breakpoint
CREATE TABLE `revocations` (
	`user_id` text PRIMARY KEY NOT NULL,
	`revoked_at` integer NOT NULL,
	`seq` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `revocations_seq` ON `revocations` (`seq`);--> statement-breakpoint
CREATE TABLE `settings` (
	`user_id` text PRIMARY KEY NOT NULL,
	`data` text NOT NULL,
	`version` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tickets` (
	`hash` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`session_issued_at` integer NOT NULL,
	`session_ends_at` integer NOT NULL,
	`ends_at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `tickets_ends_at` ON `tickets` (`ends_at`);--> statement-breakpoint
CREATE TABLE `watches` (
	`topic` text NOT NULL,
	`user_id` text NOT NULL,
	`level` text NOT NULL,
	`because` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`topic`, `user_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `watches_of_user` ON `watches` (`user_id`,`topic`);