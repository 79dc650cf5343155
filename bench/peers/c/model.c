/* The model in plain C, one replica after the other: gcc -O3 -march=native, with -DREAL=float for single precision. */
#include <stdint.h>
#include <tgmath.h>

#ifndef REAL
#define REAL double
#endif
#define MOST 64
#define FOR(i) for (int i = 0; i < n; i++)

typedef REAL real;
typedef uint64_t set; /* of states: bit k is state k */

/* As Parameters in interface.py, in its order. */
typedef struct {
    int64_t N, T, ho;
    real s0, sig, cv, chi, kE, wO, wS, wI, a0, gA, dA, th, b0, bm, k, r, eI, eS, eP, eC, eB, om, co, ze, rb, al, v,
        pB, pJ, tb, pr, nu, ph, D, ta, tl, la, cw, sm, ri, an, wC, H;
} Parameters;

typedef struct {
    real R[MOST], M[MOST], A[MOST], q[MOST], C[MOST], Q[MOST], given[MOST], f[MOST];
    set against[MOST], clients[MOST], revisionists;
    int last[MOST];
    int leader, run, wars;
    uint64_t random[4];
    real spare;
    int has_spare;
} State;

/* xoshiro256+ (Blackman & Vigna 2018), seeded by splitmix64. */
static inline uint64_t next(State *s)
{
    uint64_t *x = s->random, result = x[0] + x[3], t = x[1] << 17;
    x[2] ^= x[0], x[3] ^= x[1], x[1] ^= x[2], x[0] ^= x[3], x[2] ^= t;
    x[3] = (x[3] << 45) | (x[3] >> 19);
    return result;
}

static void seed(State *s, uint64_t z)
{
    for (int i = 0; i < 4; i++) {
        uint64_t y = z += 0x9E3779B97F4A7C15u;
        y = (y ^ (y >> 30)) * 0xBF58476D1CE4E5B9u;
        y = (y ^ (y >> 27)) * 0x94D049BB133111EBu;
        s->random[i] = y ^ (y >> 31);
    }
    s->has_spare = 0;
}

static inline real uniform(State *s)
{
    if (sizeof(real) == 4)
        return (next(s) >> 40) * (real)0x1p-24;
    return (next(s) >> 11) * (real)0x1p-53;
}

/* Marsaglia's polar method: two at a time. */
static inline real normal(State *s)
{
    if (s->has_spare) {
        s->has_spare = 0;
        return s->spare;
    }
    real x, y, d;
    do {
        x = 2 * uniform(s) - 1;
        y = 2 * uniform(s) - 1;
        d = x * x + y * y;
    } while (d >= 1 || d == 0);
    d = sqrt(-2 * log(d) / d);
    s->spare = y * d;
    s->has_spare = 1;
    return x * d;
}

static inline int has(set x, int k) { return x >> k & 1; }

/* Capability and threat index of everybody; they add up to 1. */
static inline void weigh(const Parameters *p, State *s)
{
    int n = p->N;
    real resources = 0, arms = 0;
    FOR(i) resources += s->R[i], arms += s->M[i];
    real a = (1 - p->wC) / resources, b = p->wC / arms;
    real aq = (1 - p->wO) / resources, bq = p->wO / arms;
    FOR(i) {
        s->C[i] = a * s->R[i] + b * s->M[i];
        s->Q[i] = aq * s->R[i] + bq * s->M[i];
    }
}

static int strongest(const State *s, int n)
{
    int leader = 0;
    FOR(i) if (s->C[i] > s->C[leader]) leader = i;
    return leader;
}

static void found(const Parameters *p, State *s)
{
    int n = p->N;
    real whole = 0;
    s->revisionists = 0;
    FOR(i) {
        whole += s->R[i] = exp(p->s0 * normal(s));
        if (uniform(s) < p->ph)
            s->revisionists |= (set)1 << i;
    }
    FOR(i) {
        s->R[i] /= whole;
        s->M[i] = p->b0 * s->R[i];
        s->A[i] = p->a0;
        s->q[i] = 0;
        s->against[i] = s->clients[i] = 0;
        s->last[i] = 0;
    }
    s->run = s->wars = 0;
    weigh(p, s);
    s->leader = strongest(s, n);
}

static int count_living(const State *s, int n)
{
    int living = 0;
    FOR(i) living += s->R[i] > 0;
    return living;
}

/* Step 1 */
static void grow(const Parameters *p, State *s)
{
    int n = p->N;
    real whole = 0;
    FOR(i) whole += s->R[i];
    real per_mean = count_living(s, n) / whole, steady = p->chi * p->b0 - p->sig * p->sig / 2;
    FOR(i) if (s->R[i] > 0) {
        real x = steady + p->sig * normal(s) - p->chi * s->M[i] / s->R[i] - s->q[i];
        s->R[i] *= exp(x - p->cv * log(s->R[i] * per_mean));
        s->M[i] = fmin(s->M[i], s->R[i]);
        s->q[i] = 0;
        s->A[i] = p->a0 + (s->A[i] - p->a0) * (1 - p->dA);
    }
}

static inline real aggressiveness(const Parameters *p, const State *s, int i)
{
    return 1 - p->wI + p->wI * s->A[i];
}

/* Step 2: the greatest threat to each is the greatest of all, or the second to the one it comes from. */
static void arm(const Parameters *p, State *s)
{
    int n = p->N, from = -1;
    real first = 0, second = 0;
    weigh(p, s);
    FOR(i) {
        real x = aggressiveness(p, s, i) * s->Q[i];
        if (x > first)
            second = first, first = x, from = i;
        else if (x > second)
            second = x;
    }
    FOR(i) if (s->R[i] > 0) {
        real above = fmax(0, (i == from ? second : first) / s->Q[i] - p->th);
        real burden = fmin(p->bm, p->b0 * (1 + p->eI * p->k * above));
        s->M[i] += p->r * (burden * s->R[i] - s->M[i]);
        s->R[i] *= 1 + p->eI * p->kE * fmin(1, above);
    }
}

/* The threat of c to k is (own + social Q[k]) / Q[k]. */
static inline void threaten(const Parameters *p, const State *s, int c, real *own, real *social)
{
    real x = aggressiveness(p, s, c) * s->Q[c], others = 1 - s->Q[c];
    int living = count_living(s, p->N);
    *own = x * (1 - p->wS);
    *social = living > 1 ? x * p->wS * (living - 1) / others : 0;
}

/* Step 3 */
static void balance_softly(const Parameters *p, State *s)
{
    int n = p->N, h = s->leader;
    real own, social, refusing = 0;
    weigh(p, s);
    threaten(p, s, h, &own, &social);
    set aligned = s->against[h] | s->clients[h] | (set)1 << h;
    FOR(k) if (!has(aligned, k) && s->R[k] > 0 && own + social * s->Q[k] >= p->th * s->Q[k]) refusing += s->C[k];
    s->q[h] += p->ze * aggressiveness(p, s, h) * refusing;
}

static real coalition_strength(const Parameters *p, real W, real squares)
{
    return W > 0 ? p->eC * W + (1 - p->eC) * squares / W : 0;
}

/* Steps 4.2 to 4.4: returns the strength of the coalition. */
static real align(const Parameters *p, State *s, int c, int year)
{
    int n = p->N;
    set foes = s->against[c], friends = s->clients[c];
    real stay = foes | friends ? exp((year - s->last[c]) * log(p->co)) : 1;
    real W = 0, squares = 0, own, social, Mc = s->M[c];
    s->last[c] = year;
    FOR(k) if (has(foes, k)) W += s->M[k], squares += s->M[k] * s->M[k];
    real pledged = coalition_strength(p, W, squares);
    real per_burden = 1 / (1 - s->C[c]);
    threaten(p, s, c, &own, &social);
    W = squares = 0;
    FOR(k) if (k != c && s->R[k] > 0) {
        set bit = (set)1 << k;
        real e = own + social * s->Q[k], level = p->th * s->Q[k], u = uniform(s);
        if (foes & bit) {
            if (u >= stay || e < level / 2)
                foes ^= bit;
        } else if (friends & bit) {
            if (u >= stay)
                friends ^= bit;
        } else {
            real pb = 0, pj = 0;
            if (Mc > p->v * (s->M[k] + pledged))
                pb = p->pB;
            else if (s->revisionists & bit && Mc > pledged)
                pb = p->pJ;
            if (e >= level) {
                real share = s->C[k] * per_burden;
                pj = p->eS * (share + p->eP * (1 - share));
                if (pledged >= p->om * Mc)
                    pj *= p->eP;
            }
            if (u < pb)
                friends |= bit;
            else if (u < pb + (1 - pb) * pj)
                foes |= bit;
        }
        if (foes & bit)
            W += s->M[k], squares += s->M[k] * s->M[k];
    }
    s->against[c] = foes;
    s->clients[c] = friends;
    FOR(k) if (has(foes, k)) {
        real share = s->M[k] / W;
        s->f[k] = share + p->eC * (1 - share);
        s->given[k] = s->f[k] * s->M[k];
    }
    return coalition_strength(p, W, squares);
}

/* What the clients of c give to its attack. */
static real follow(const Parameters *p, State *s, int c)
{
    int n = p->N;
    set friends = s->clients[c];
    real W = s->M[c], strength = 0;
    if (!friends)
        return 0;
    FOR(k) if (has(friends, k)) W += s->M[k];
    FOR(k) if (has(friends, k)) {
        real share = s->M[k] / W;
        s->f[k] = share + p->eB * (1 - share);
        strength += s->given[k] = s->f[k] * s->M[k];
    }
    return strength;
}

/* What others in the coalition against the leader give to an attack on it. */
static real lend(const Parameters *p, State *s, int h, set lenders)
{
    int n = p->N;
    real W = 0, strength = 0;
    if (!lenders)
        return 0;
    FOR(k) if (has(s->against[h], k)) W += s->M[k];
    FOR(k) if (has(lenders, k)) {
        real share = s->M[k] / W;
        s->f[k] = p->rb * (share + p->eC * (1 - share));
        strength += s->given[k] = s->f[k] * s->M[k];
    }
    return strength;
}

static void annex(State *s, int n, int c, int j)
{
    s->R[c] += s->R[j];
    s->M[c] += s->M[j];
    s->R[j] = s->M[j] = s->q[j] = 0;
    s->against[j] = s->clients[j] = 0;
    FOR(i) {
        s->against[i] &= ~((set)1 << j);
        s->clients[i] &= ~((set)1 << j);
    }
}

/* Step 4.7 */
static void fight(const Parameters *p, State *s, int c, int j, set foes, set helpers, real attack, real defense)
{
    int n = p->N;
    real own = s->M[c], own_defense = p->D * s->M[j], ratio = defense / attack, defended = own_defense;
    int won = uniform(s) * (1 + ratio * ratio * ratio) < 1;
    s->wars++;
    s->A[c] += p->gA * (1 - s->A[c]);
    FOR(k) if (has(foes | helpers, k)) s->M[k] *= 1 - p->la * s->f[k];
    s->M[c] *= 1 - p->la, s->M[j] *= 1 - p->la;
    s->R[c] *= 1 - p->cw, s->R[j] *= 1 - p->cw;
    if (won) {
        real resources = p->ta * s->R[j], arms = p->ta * s->M[j], whole = 0;
        s->R[j] -= resources, s->M[j] -= arms;
        s->R[c] += resources * own / attack, s->M[c] += arms * own / attack;
        FOR(k) if (has(helpers, k)) {
            s->R[k] += resources * s->given[k] / attack;
            s->M[k] += arms * s->given[k] / attack;
        }
        FOR(k) whole += s->R[k];
        if (s->R[j] < p->an * whole)
            annex(s, n, c, j);
    } else {
        real indemnity = p->tl * s->R[c];
        FOR(k) if (has(foes, k)) defended += s->given[k];
        s->R[c] -= indemnity;
        s->R[j] += indemnity * own_defense / defended;
        FOR(k) if (has(foes, k)) s->R[k] += indemnity * s->given[k] / defended;
    }
}

/* Step 4.6 */
static void decide(const Parameters *p, State *s, int c, real E)
{
    int n = p->N, h = s->leader, target = -1;
    set self = (set)1 << c, foes = s->against[c], friends = s->clients[c], lenders = 0, wards = 0, allowed;
    if (has(s->revisionists, c))
        allowed = ~(friends | self);
    else if (c != h && has(s->against[h], c) && s->C[h] > p->al)
        allowed = (set)1 << h & ~friends;
    else
        return;
    real alone = s->M[c] + follow(p, s, c), rollback = 0;
    if (c != h) {
        lenders = s->against[h] & ~(foes | friends | self);
        rollback = lend(p, s, h, lenders);
        if (!has(foes | friends, h))
            wards = s->clients[h];
    }
    real blur = exp(p->sm * normal(s)), best = p->ri * s->R[c], attack = 0, defense = 0;
    FOR(j) if (has(allowed, j) && s->R[j] > 0 && !has(s->clients[j], c)) {
        real a = j == h ? alone + rollback : alone;
        real d = p->D * s->M[j] + E;
        if (has(foes, j))
            d = fmax(0, d - s->given[j]);
        if (has(wards, j))
            d += p->pr * s->M[h];
        real ratio = d / (a * blur), chance = 1 / (1 + ratio * ratio * ratio);
        real gain = chance * (p->ta * s->R[j] + p->tl * s->R[c]) - (p->tl + p->cw) * s->R[c];
        if (gain > best)
            best = gain, target = j, attack = a, defense = d;
    }
    if (target >= 0)
        fight(p, s, c, target, foes & ~((set)1 << target), target == h ? friends | lenders : friends, attack,
              defense);
}

/* Step 4 */
static void hold_crisis(const Parameters *p, State *s, int year)
{
    int n = p->N, c = next(s) % n;
    if (s->R[c] == 0)
        return;
    weigh(p, s);
    real E = align(p, s, c, year);
    FOR(k) if (has(s->clients[c], k)) {
        real tribute = p->tb * s->R[k];
        s->R[k] -= tribute;
        s->R[c] += tribute;
    }
    decide(p, s, c, E);
}

/* Step 6: whether a hegemon has emerged. */
static int crown(const Parameters *p, State *s)
{
    weigh(p, s);
    int leader = strongest(s, p->N);
    if (s->C[leader] < p->H)
        s->run = 0;
    else
        s->run = leader == s->leader ? s->run + 1 : 1;
    s->leader = leader;
    return s->run >= p->ho;
}

/* Rows of four numbers: emerged, years, wars, survivors. */
void simulate(const Parameters *p, uint64_t key, int64_t replicas, int64_t (*rows)[4])
{
    State s;
    for (int64_t replica = 0; replica < replicas; replica++) {
        int emerged = 0, year = 0;
        seed(&s, key + 4 * replica * 0x9E3779B97F4A7C15u);
        found(p, &s);
        while (year < p->T && !emerged) {
            year++;
            grow(p, &s);
            arm(p, &s);
            if (s.R[s.leader] > 0)
                balance_softly(p, &s);
            for (int o = p->nu * p->N + uniform(&s); o > 0; o--)
                hold_crisis(p, &s, year);
            emerged = crown(p, &s);
        }
        rows[replica][0] = emerged;
        rows[replica][1] = year;
        rows[replica][2] = s.wars;
        rows[replica][3] = count_living(&s, p->N);
    }
}
