/* A wall clock that can be stepped while a process runs: preloaded, it adds to CLOCK_REALTIME the seconds that stand in the file
   which STEPPED_CLOCK names (8 bytes, shared), and leaves every other clock as it is. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t none;

static volatile int64_t *step(void) {
    static volatile int64_t *found;
    if (!found) {
        const char *path = getenv("STEPPED_CLOCK");
        int file = path ? open(path, O_RDONLY) : -1;
        void *there = file < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
        found = there == MAP_FAILED ? &none : there;
    }
    return found;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int answer = syscall(SYS_clock_gettime, clock, now);
    if (!answer && clock == CLOCK_REALTIME) now->tv_sec += *step();
    return answer;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
