package dev.latchstring.client.store;

class MemoryTokenStoreTest extends TokenStoreContract {
  private final TokenStore store = new MemoryTokenStore();

  @Override
  TokenStore store() {
    return store;
  }
}
