ALTER TABLE `revocations` ADD `seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `revocations_seq` ON `revocations` (`seq`);