-- mcp_context: what the client stated of its model session, a JSON object of some 4 KiB at most.
-- Null where it stated nothing.
alter table authorization_code add column mcp_context text;
alter table device_authorization add column mcp_context text;
alter table authorization_grant add column mcp_context text;
