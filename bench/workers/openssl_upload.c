/* The lower bound: the CPU time that OpenSSL itself needs for a sealed upload, and for sealing alone.
 *
 *     openssl_upload PORT AUTHORITIES.pem PUBLIC-KEY.pem
 *
 * Reads jobs from standard input ("upload BYTES COUNT" or "seal BYTES COUNT") and answers each with the CPU seconds
 * (user and system, of this process) that one of the COUNT took. The first of each job is not counted: it opens the
 * connection. The protocol is the OCR API's: a fresh symmetric key for each image, its first 16 bytes as the IV,
 * RSA PKCS#1 v1.5 for the key, one multipart POST with a Content-Length on a connection that is kept alive.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { CHUNK = 256 * 1024, BLOCK = 16, KEY = 32, ANSWER = 64 * 1024 };

static SSL_CTX *tls;
static SSL *connection;
static EVP_PKEY *public_key;
static int port;
static unsigned char *image, sealed[CHUNK + 2 * BLOCK], answer[ANSWER + 1];

static void must(int held, const char *what) {
    if (held) return;
    fprintf(stderr, "openssl_upload: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void open_connection(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int one = 1, handle = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    must(connect(handle, (struct sockaddr *)&address, sizeof address) == 0, "no connection");
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection = SSL_new(tls);
    SSL_set_fd(connection, handle);
    SSL_set_verify(connection, SSL_VERIFY_PEER, NULL);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), "127.0.0.1");
    must(SSL_connect(connection) == 1, "no TLS");
}

static void write_all(const void *bytes, size_t length) {
    size_t written;
    must(SSL_write_ex(connection, bytes, length, &written) == 1 && written == length, "a write failed");
}

/* Return the header Symmetric-Key in a buffer of this function's own. */
static const char *sealed_key(const unsigned char *key) {
    static char text[1024];
    unsigned char ciphertext[512];
    size_t length = sizeof ciphertext;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(public_key, NULL);
    must(EVP_PKEY_encrypt_init(context) == 1, "RSA");
    must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1, "RSA padding");
    must(EVP_PKEY_encrypt(context, ciphertext, &length, key, KEY) == 1, "RSA encryption");
    EVP_PKEY_CTX_free(context);
    EVP_EncodeBlock((unsigned char *)text, ciphertext, (int)length);
    return text;
}

/* Seal the image a chunk at a time; hand each piece to take, which may be NULL, and the tail with the last one. */
static void seal(const unsigned char *key, size_t size, void (*take)(const void *, size_t), const char *tail) {
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int length = 0;
    must(EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key, key) == 1, "AES");
    for (size_t at = 0; at < size; at += CHUNK) {
        size_t piece = size - at < CHUNK ? size - at : CHUNK;
        must(EVP_EncryptUpdate(cipher, sealed, &length, image + at, (int)piece) == 1, "AES update");
        if (take && length) take(sealed, (size_t)length);
    }
    must(EVP_EncryptFinal_ex(cipher, sealed, &length) == 1, "AES end");
    memcpy(sealed + length, tail, strlen(tail));
    if (take) take(sealed, (size_t)length + strlen(tail));
    EVP_CIPHER_CTX_free(cipher);
}

static void read_answer(void) {
    size_t have = 0, got, wanted = ANSWER;
    while (have < wanted) {
        must(SSL_read_ex(connection, answer + have, ANSWER - have, &got) == 1, "no answer");
        have += got;
        answer[have] = 0;
        char *end = strstr((char *)answer, "\r\n\r\n"), *length = strstr((char *)answer, "Content-Length: ");
        if (end && length) wanted = (size_t)(end + 4 - (char *)answer) + strtoul(length + 16, NULL, 10);
    }
    must(strncmp((char *)answer, "HTTP/1.1 200", 12) == 0, "the answer is not 200");
}

static void upload(size_t size) {
    unsigned char key[KEY], random[16];
    char boundary[33], head[4096], part[256], tail[64];
    must(RAND_bytes(key, KEY) == 1 && RAND_bytes(random, sizeof random) == 1, "no random bytes");
    for (int n = 0; n < 16; n++) sprintf(boundary + 2 * n, "%02x", random[n]);
    int part_length = sprintf(part,
        "--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"image.png\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n", boundary);
    int tail_length = sprintf(tail, "\r\n--%s--\r\n", boundary);
    size_t body = (size_t)part_length + size + BLOCK - size % BLOCK + (size_t)tail_length;
    int head_length = snprintf(head, sizeof head,
        "POST /v2.0/appkeys/bench/credit-card HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: bench\r\n"
        "X-Key-Version: 0\r\nSymmetric-Key: %s\r\nContent-Type: multipart/form-data; boundary=%s\r\n"
        "Content-Length: %zu\r\n\r\n%s", port, sealed_key(key), boundary, body, part);
    if (!connection) open_connection();
    write_all(head, (size_t)head_length);
    seal(key, size, write_all, tail);
    read_answer();
}

static void seal_alone(size_t size) {
    unsigned char key[KEY];
    must(RAND_bytes(key, KEY) == 1, "no random bytes");
    seal(key, size, NULL, "");
}

int main(int count, char **arguments) {
    char job[16];
    size_t size;
    int times;
    must(count == 4, "usage: openssl_upload PORT AUTHORITIES.pem PUBLIC-KEY.pem");
    signal(SIGPIPE, SIG_IGN);
    port = atoi(arguments[1]);
    tls = SSL_CTX_new(TLS_client_method());
    must(SSL_CTX_load_verify_locations(tls, arguments[2], NULL) == 1, "no authorities");
    FILE *file = fopen(arguments[3], "r");
    must(file && (public_key = PEM_read_PUBKEY(file, NULL, NULL, NULL)), "no public key");
    fclose(file);
    while (scanf("%15s %zu %d", job, &size, &times) == 3) {
        void (*work)(size_t) = strcmp(job, "upload") ? seal_alone : upload;
        image = realloc(image, size);
        memset(image, 'i', size);
        work(size);
        double before = cpu_seconds();
        for (int n = 0; n < times; n++) work(size);
        printf("%.9f\n", (cpu_seconds() - before) / times);
        fflush(stdout);
    }
    return 0;
}
