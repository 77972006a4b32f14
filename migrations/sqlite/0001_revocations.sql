CREATE TABLE `revocations` (
	`user_id` text PRIMARY KEY NOT NULL,
	`revoked_at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `revocations_revoked_at` ON `revocations` (`revoked_at`);--> statement-breakpoint
ALTER TABLE `tickets` ADD `session_issued_at` integer DEFAULT 0 NOT NULL;
