ALTER TABLE "revocations" ADD COLUMN "seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "revocations_seq" ON "revocations" USING btree ("seq");