/* Cuts plain entries out of a stretch of a bundle as `cut` in runs.py does, which says what everything here means.
 *
 * Nothing is judged here. What is sure is cut out; where something isn't laid out as it should be, the run ends, and Python reads on.
 * tests/verify/test_cut.py holds both against each other. The bytes are anybody's: they are read by the functions of the second part
 * alone, each of which stays before the end of the text.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { HEAD = 5, HASH = 32, DIGITS = 2 * HASH, SALT = 32, MOST_BYTES = 2048, MOST = 256 };

/* ---------------------------------------------------------------- what is cut out */

typedef struct {
    char bytes[MOST_BYTES];
    size_t length;
} Like; /* the entry that stands for all that are alike: the same bytes, with 0 in the place of what differs */

typedef struct {
    uint64_t at, id, rows, follows;
    const char *side;
    int is_answer, is_disclosed, is_following, well;
    Like like;
} Entry;

/* Adds bytes. What differs is never shorter than the 0 that stands for it, and is added once it was read: a like is never longer than its entry. */
static void add(Like *like, const char *bytes, size_t length) {
    if (length > sizeof like->bytes - like->length) Py_FatalError("a like is longer than its entry");
    memcpy(like->bytes + like->length, bytes, length);
    like->length += length;
}

#define ADD(like, literal) add(like, literal, sizeof literal - 1)

/* ---------------------------------------------------------------- reading */

typedef struct {
    const char *at, *end;
} Text; /* what is still to be read */

static size_t left(const Text *text) { return (size_t)(text->end - text->at); }

/* Goes behind `literal` if it stands here. */
static int skip(Text *text, const char *literal, size_t length) {
    if (left(text) < length || memcmp(text->at, literal, length) != 0) return 0;
    text->at += length;
    return 1;
}

#define SKIP(text, literal) skip(text, literal, sizeof literal - 1)

/* Goes behind the next `mark`. */
static int behind(Text *text, char mark) {
    const char *found = memchr(text->at, mark, left(text));
    if (found == NULL) return 0;
    text->at = found + 1;
    return 1;
}

static int is_digit(char one) { return one >= '0' && one <= '9'; }

/* Reads a whole number below 9 * 10^15 in its one way; no digit may follow. */
static int whole(Text *text, uint64_t *value) {
    size_t length = 0;
    *value = 0;
    for (; length < left(text) && length < 17 && is_digit(text->at[length]); length++)
        *value = *value * 10 + (uint64_t)(text->at[length] - '0');
    if (length == 0 || length > 16 || (length == 16 && text->at[0] == '9') || (length > 1 && text->at[0] == '0')) return 0;
    text->at += length;
    return 1;
}

/* Returns whether all are lower-case hexadecimal digits. */
static int are_digits(const char *bytes, size_t length) {
    int well = 1;
    for (size_t at = 0; at < length; at++) well &= is_digit(bytes[at]) | (bytes[at] >= 'a' && bytes[at] <= 'f');
    return well;
}

/* Goes behind so many bytes, which stand for a hash or a salt. */
static int hashed(Text *text, size_t length, int *well) {
    if (left(text) < length) return 0;
    *well &= are_digits(text->at, length);
    text->at += length;
    return 1;
}

/* ---------------------------------------------------------------- layouts */

#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"
#define NO_SALT "\"salt\":\"00000000000000000000000000000000\",\"v\":1}"

/* Reads the end that every entry has, from its salt on. */
static int ending(Text *text, Entry *entry) {
    return SKIP(text, ",\"salt\":\"") && hashed(text, SALT, &entry->well) && SKIP(text, "\",\"v\":1}") && left(text) == 0;
}

/* Reads the beginning that every entry has, up to its detail. */
static int beginning(Text *text, Entry *entry) {
    if (!SKIP(text, "{\"at\":") || !whole(text, &entry->at) || !SKIP(text, ",")) return 0;
    const char *by = text->at;
    if (!SKIP(text, "\"by\":{") || !behind(text, '}') || !SKIP(text, ",\"d\":{")) return 0;
    entry->like.length = 0;
    ADD(&entry->like, "{\"at\":0,");
    add(&entry->like, by, (size_t)(text->at - by));
    return 1;
}

/* Reads what an answer was under, up to its columns. */
static int under(Text *text, Entry *entry) {
    const char *from = text->at;
    if (SKIP(text, "\"act\":\"")) {
        if (!behind(text, '"')) return 0;
    } else {
        if (!SKIP(text, "\"agency\":\"") || !behind(text, '"')) return 0;
        if (SKIP(text, ",\"behalf\":\"") && !behind(text, '"')) return 0;
        if (SKIP(text, ",\"checked\":") && !SKIP(text, "0") && !SKIP(text, "1")) return 0;
    }
    if (!SKIP(text, ",\"columns\":[") || !behind(text, ']') || !SKIP(text, ",")) return 0;
    add(&entry->like, from, (size_t)(text->at - from));
    return 1;
}

/* Reads what an answer gave, from its evidence up to the hash of its side row. */
static int given(Text *text, Entry *entry) {
    Like *like = &entry->like;
    if (SKIP(text, "\"evidence\":\"")) {
        if (!hashed(text, DIGITS, &entry->well) || !SKIP(text, "\",")) return 0;
        ADD(like, "\"evidence\":\"" NO_HASH "\",");
    }
    const char *from = text->at;
    if (!SKIP(text, "\"filters\":[") || !behind(text, ']') || !SKIP(text, ",")) return 0;
    add(like, from, (size_t)(text->at - from));
    if (SKIP(text, "\"follows\":")) {
        if (!whole(text, &entry->follows) || !SKIP(text, ",")) return 0;
        entry->is_following = 1;
        ADD(like, "\"follows\":0,");
    }
    if (!SKIP(text, "\"out\":\"") || !hashed(text, DIGITS, &entry->well) || !SKIP(text, "\",")) return 0;
    ADD(like, "\"out\":\"" NO_HASH "\",");
    from = text->at;
    if (SKIP(text, "\"paper\":\"") && !(behind(text, '"') && SKIP(text, ","))) return 0;
    if (SKIP(text, "\"purpose\":\"") && !(behind(text, '"') && SKIP(text, ","))) return 0;
    add(like, from, (size_t)(text->at - from));
    if (!SKIP(text, "\"question\":\"") || !hashed(text, DIGITS, &entry->well)) return 0;
    if (!SKIP(text, "\",\"rows\":") || !whole(text, &entry->rows) || !SKIP(text, ",\"side\":\"")) return 0;
    entry->side = text->at;
    int is_one = 1; /* it is held against the side row, which shows it to be a hash */
    if (!hashed(text, DIGITS, &is_one) || !SKIP(text, "\"")) return 0;
    ADD(like, "\"question\":\"" NO_HASH "\",\"rows\":0,\"side\":\"" NO_HASH "\"");
    return 1;
}

/* Reads an answer. Returns 1: it is one; 0: it is none; -1: it opens a stream, and is no plain one. */
static int answer(Text text, Entry *entry) {
    uint64_t stream = 0;
    int in_stream = 0;
    entry->well = entry->is_answer = 1;
    entry->is_following = 0;
    if (!beginning(&text, entry) || !under(&text, entry) || !given(&text, entry)) return 0;
    const char *from = text.at;
    if (SKIP(&text, ",\"stream\":")) {
        if (!whole(&text, &stream)) return 0;
        in_stream = 1;
    }
    if (SKIP(&text, ",\"version\":\"") && !behind(&text, '"')) return 0;
    add(&entry->like, from, (size_t)(text.at - from));
    if (!SKIP(&text, "},\"id\":") || !whole(&text, &entry->id)) return 0;
    entry->is_disclosed = SKIP(&text, ",\"k\":60");
    if ((!entry->is_disclosed && !SKIP(&text, ",\"k\":61")) || !ending(&text, entry)) return 0;
    ADD(&entry->like, "},\"id\":0,\"k\":6");
    add(&entry->like, entry->is_disclosed ? "0" : "1", 1);
    ADD(&entry->like, "," NO_SALT);
    return in_stream && stream == entry->id ? -1 : 1;
}

/* Adds a change's detail, with 0 for each number and each hash but the profile's. `\"profile\":` is what stands before that one. */
static void varying(Like *like, Text detail) {
    static const char PROFILE[] = "\"profile\":";
    const size_t profile = sizeof PROFILE - 1;
    const char *first = detail.at, *from = detail.at;
    while (behind(&detail, '"')) {
        const char *quote = detail.at - 1;
        if (!SKIP(&detail, ":")) continue;
        if ((size_t)(detail.at - first) >= profile && memcmp(detail.at - profile, PROFILE, profile) == 0) continue;
        Text value = detail;
        uint64_t number;
        int well = 1;
        if (SKIP(&value, "\"") && hashed(&value, DIGITS, &well) && well && SKIP(&value, "\"")) {
            add(like, from, (size_t)(quote - from));
            ADD(like, "\":\"" NO_HASH "\"");
        } else {
            value = detail;
            if (!whole(&value, &number) || (left(&value) != 0 && *value.at != ',')) continue;
            add(like, from, (size_t)(quote - from));
            ADD(like, "\":0");
        }
        detail = value;
        from = value.at;
    }
    add(like, from, (size_t)(detail.end - from));
}

/* Reads a change. Returns whether it is one. */
static int change(Text text, Entry *entry) {
    entry->well = 1;
    entry->is_answer = entry->is_following = 0;
    if (!beginning(&text, entry)) return 0;
    Text detail = {text.at, text.at};
    if (!behind(&text, '}') || !SKIP(&text, ",\"id\":")) return 0;
    detail.end = memchr(detail.at, '}', (size_t)(text.at - detail.at));
    if (!whole(&text, &entry->id) || !SKIP(&text, ",\"k\":")) return 0;
    const char *kind = text.at;
    uint64_t number;
    if (!whole(&text, &number) || number == 0 || number > 9999 || number == 60 || number == 61) return 0;
    size_t length = (size_t)(text.at - kind);
    if (!ending(&text, entry)) return 0;
    varying(&entry->like, detail);
    ADD(&entry->like, "},\"id\":0,\"k\":");
    add(&entry->like, kind, length);
    ADD(&entry->like, "," NO_SALT);
    return 1;
}

/* ---------------------------------------------------------------- hashes */

static PyObject *sha256, *digest;

/* Works out the sha256 of two pieces, one behind the other. Returns 0 where Python can't, and says why. */
static int hash(const char *first, size_t one, const char *second, size_t other, unsigned char *out) {
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(one + other)), *state = NULL, *found = NULL;
    if (bytes != NULL) {
        memcpy(PyBytes_AS_STRING(bytes), first, one);
        memcpy(PyBytes_AS_STRING(bytes) + one, second, other);
        state = PyObject_CallOneArg(sha256, bytes);
    }
    if (state != NULL) found = PyObject_CallMethodNoArgs(state, digest);
    int well = found != NULL && PyBytes_Check(found) && PyBytes_GET_SIZE(found) == HASH;
    if (well) memcpy(out, PyBytes_AS_STRING(found), HASH);
    Py_XDECREF(bytes), Py_XDECREF(state), Py_XDECREF(found);
    return well;
}

/* Returns whether a side row is what its entry states; -1 where Python can't say. `*end` is where the entry ends, then where its side row does. */
static int holds(const char *data, Py_ssize_t size, Py_ssize_t *end, const Entry *entry) {
    static const char HEX[] = "0123456789abcdef";
    unsigned char found[HASH];
    const unsigned char *at = (const unsigned char *)data + *end;
    size_t length = 0;
    if (entry->rows != 0) {
        uint64_t room = *end > size - HEAD ? 0 : (uint64_t)(size - HEAD - *end) / HASH;
        if (entry->rows > room || entry->rows > UINT32_MAX / HASH || at[0] != 'C') return 0;
        length = (size_t)entry->rows * HASH;
        if (((uint32_t)at[1] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 8 | at[4]) != length) return 0;
        *end += HEAD + (Py_ssize_t)length;
    }
    if (!hash("", 0, (const char *)at + HEAD * (length != 0), length, found)) return -1;
    for (size_t place = 0; place < HASH; place++)
        if (entry->side[2 * place] != HEX[found[place] >> 4] || entry->side[2 * place + 1] != HEX[found[place] & 15]) return 0;
    return 1;
}

/* ---------------------------------------------------------------- runs */

enum { LIKES, TIMES, ROWS, IDS, COLUMNS };

typedef struct {
    PyObject *times, *answers[COLUMNS], *changes[COLUMNS], *follows, *disclosed;
    char leaves[MOST * HASH];
    Py_ssize_t count;
    int well;
} Run;

static PyObject *tuple_of(PyObject *const columns[COLUMNS]) {
    return PyTuple_Pack(COLUMNS, columns[LIKES], columns[TIMES], columns[ROWS], columns[IDS]);
}

/* Adds a number, and forgets it. */
static int append(PyObject *list, PyObject *one) {
    int done = one != NULL && PyList_Append(list, one) == 0;
    Py_XDECREF(one);
    return done;
}

/* Adds an entry to its columns. Returns 0 where Python can't. */
static int keep(Run *run, const Entry *entry, PyObject *like) {
    PyObject **columns = entry->is_answer ? run->answers : run->changes, *at = PyLong_FromUnsignedLongLong(entry->at);
    if (at == NULL) return 0;
    int done = PyList_Append(run->times, at) == 0 && PyList_Append(columns[TIMES], at) == 0;
    if (done && entry->is_answer && entry->is_disclosed) done = PyList_Append(run->disclosed, at) == 0;
    Py_DECREF(at);
    if (done && entry->is_following) {
        Py_ssize_t place = PyList_GET_SIZE(columns[IDS]);
        done = append(run->follows, Py_BuildValue("(nK)", place, (unsigned long long)entry->follows));
    }
    run->well &= entry->well;
    return done && PyList_Append(columns[LIKES], like) == 0 &&
           append(columns[ROWS], PyLong_FromUnsignedLongLong(entry->is_answer ? entry->rows : 0)) &&
           append(columns[IDS], PyLong_FromUnsignedLongLong(entry->id));
}

/* Cuts the entry at `*at` and goes behind it. Returns 1: done; 0: it isn't a plain one; -1: its side row is in doubt; -2: Python can't. */
static int next(Run *run, const char *data, Py_ssize_t size, Py_ssize_t *at, PyObject *likes) {
    const unsigned char *head = (const unsigned char *)data + *at;
    uint32_t length = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
    if (head[0] != 'E' || length > MOST_BYTES || (Py_ssize_t)length > size - 2 * HEAD - *at) return 0;
    const char *body = data + *at + HEAD;
    Py_ssize_t end = *at + HEAD + (Py_ssize_t)length;
    Text text = {body, body + length};
    Entry entry;
    int found = answer(text, &entry);
    if (found < 0 || (found == 0 && !change(text, &entry))) return 0;
    PyObject *bytes = PyBytes_FromStringAndSize(entry.like.bytes, (Py_ssize_t)entry.like.length);
    PyObject *like = bytes == NULL ? NULL : PyObject_GetItem(likes, bytes);
    Py_XDECREF(bytes);
    if (like == NULL) return -2;
    int state = PyBytes_Check(like) && PyBytes_GET_SIZE(like) != 0;
    if (state == 1 && entry.is_answer) {
        int held = holds(data, size, &end, &entry);
        state = held == 1 ? 1 : held == 0 ? -1 : -2;
    }
    if (state == 1) {
        unsigned char *leaf = (unsigned char *)run->leaves + run->count * HASH;
        state = hash("\0", 1, body, length, leaf) && keep(run, &entry, like) ? 1 : -2;
        run->count++;
        *at = end;
    }
    Py_DECREF(like);
    return state;
}

static int begin(Run *run) {
    run->well = 1;
    int done = (run->times = PyList_New(0)) != NULL && (run->follows = PyList_New(0)) != NULL;
    done = done && (run->disclosed = PyList_New(0)) != NULL;
    for (int column = 0; done && column < COLUMNS; column++)
        done = (run->answers[column] = PyList_New(0)) != NULL && (run->changes[column] = PyList_New(0)) != NULL;
    return done;
}

static void finish(Run *run) {
    Py_XDECREF(run->times), Py_XDECREF(run->follows), Py_XDECREF(run->disclosed);
    for (int column = 0; column < COLUMNS; column++) Py_XDECREF(run->answers[column]), Py_XDECREF(run->changes[column]);
}

static PyObject *told(const Run *run, Py_ssize_t end) {
    PyObject *answers = tuple_of(run->answers), *changes = tuple_of(run->changes), *found = NULL;
    if (answers != NULL && changes != NULL)
        found = Py_BuildValue("(ny#OOOOOO)", end, run->leaves, run->count * HASH, run->times, answers, changes, run->follows,
                              run->disclosed, run->well ? Py_True : Py_False);
    Py_XDECREF(answers), Py_XDECREF(changes);
    return found;
}

static PyObject *cut(PyObject *Py_UNUSED(module), PyObject *const *given, Py_ssize_t count) {
    char *data;
    Py_ssize_t size;
    if (count != 4) return PyErr_Format(PyExc_TypeError, "cut takes the bytes, a start, an end and the likes");
    if (PyBytes_AsStringAndSize(given[0], &data, &size) < 0) return NULL;
    Py_ssize_t at = PyLong_AsSsize_t(given[1]), until = PyLong_AsSsize_t(given[2]);
    if (PyErr_Occurred()) return NULL;
    if (at < 0) return PyErr_Format(PyExc_ValueError, "there are no bytes before the first one");
    Py_ssize_t stop = until < size - HEAD ? until : size - HEAD;
    Run run = {0};
    int state = begin(&run) ? 1 : -2;
    while (state == 1 && at < stop && run.count < MOST) state = next(&run, data, size, &at, given[3]);
    PyObject *found = state == -2 ? NULL : state == -1 ? Py_NewRef(Py_None) : told(&run, at);
    finish(&run);
    return found;
}

/* ---------------------------------------------------------------- the module */

static PyMethodDef methods[] = {
    {"cut", (PyCFunction)(void (*)(void))cut, METH_FASTCALL, "Return the columns of a Run, or None; see runs.py."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "verify._cut", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__cut(void) {
    PyObject *hashlib = PyImport_ImportModule("hashlib");
    sha256 = hashlib == NULL ? NULL : PyObject_GetAttrString(hashlib, "sha256");
    Py_XDECREF(hashlib);
    digest = PyUnicode_InternFromString("digest");
    return sha256 == NULL || digest == NULL ? NULL : PyModule_Create(&module);
}
