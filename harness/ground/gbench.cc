/* gbench.cc: gbench.h over Google Benchmark. */
#include <benchmark/benchmark.h>
#include <exception>
#include <memory>
#include <string>
#include "gbench.h"

static benchmark::State &
state(struct gbench_state *s)
{
	return *reinterpret_cast<benchmark::State *>(s);
}

static const benchmark::State &
state(const struct gbench_state *s)
{
	return *reinterpret_cast<const benchmark::State *>(s);
}

bool
gbench_register(const struct gbench_spec *spec)
try {
	gbench_fn *fn = spec->fn;
	void *arg = spec->arg;
	auto *b = benchmark::RegisterBenchmark(
		spec->name, [fn, arg](benchmark::State &s) {
			fn(reinterpret_cast<struct gbench_state *>(&s), arg);
		});
	if (spec->clock == GBENCH_REAL_TIME)
		b->UseRealTime();
	if (spec->clock == GBENCH_MANUAL_TIME)
		b->UseManualTime();
	if (spec->iterations > 0)
		b->Iterations(spec->iterations);
	return true;
} catch (const std::exception &) {
	return false;
}

void
gbench_clear(void)
{
	benchmark::ClearRegisteredBenchmarks();
}

bool
gbench_keep_running(struct gbench_state *s)
{
	return state(s).KeepRunning();
}

bool
gbench_keep_running_batch(struct gbench_state *s, int64_t n)
{
	return state(s).KeepRunningBatch(n);
}

int64_t
gbench_iterations(const struct gbench_state *s)
{
	return state(s).iterations();
}

void
gbench_set_iteration_time(struct gbench_state *s, double seconds)
{
	state(s).SetIterationTime(seconds);
}

void
gbench_set_items(struct gbench_state *s, int64_t items)
{
	state(s).SetItemsProcessed(items);
}

void
gbench_set_counter(struct gbench_state *s, const char *name, double value)
{
	state(s).counters[name] = benchmark::Counter(value);
}

void
gbench_set_label(struct gbench_state *s, const char *label)
{
	state(s).SetLabel(label);
}

void
gbench_skip(struct gbench_state *s, const char *message)
{
	state(s).SkipWithError(message);
}

bool
gbench_initialize(int *argc, char **argv)
{
	benchmark::Initialize(argc, argv);
	return *argc <= 1;
}

void
gbench_add_context(const char *key, const char *value)
{
	benchmark::AddCustomContext(key, value);
}

static bool caught;
static std::string caught_what;

/* Run them, with that reporter or with the one that the flags ask for. */
static size_t
run(benchmark::BenchmarkReporter *reporter)
{
	caught = false;
	try {
		return benchmark::RunSpecifiedBenchmarks(reporter);
	} catch (const std::exception &e) {
		caught_what = e.what();
	} catch (...) {
		caught_what = "something that is no std::exception";
	}
	caught = true;
	return 0;
}

const char *
gbench_caught(void)
{
	return caught ? caught_what.c_str() : nullptr;
}

size_t
gbench_run(void)
{
	return run(nullptr);
}

namespace
{

/* What went wrong in a run, or null: since 1.8 by other names. */
template <typename R>
const char *
error_of(const R &run)
{
	if constexpr (requires { run.skip_message; })
		return run.skipped ? run.skip_message.c_str() : nullptr;
	else
		return run.error_occurred ? run.error_message.c_str() : nullptr;
}

/* Prints nothing; hands each run to a C callback. */
class Forwarder : public benchmark::BenchmarkReporter
{
      public:
	Forwarder(gbench_on_result *on_result, void *arg)
	    : on_result_(on_result), arg_(arg)
	{
	}

	bool
	ReportContext(const Context &) override
	{
		return true;
	}

	void
	ReportRuns(const std::vector<Run> &runs) override
	{
		for (const Run &run : runs)
			forward(run);
	}

      private:
	void
	forward(const Run &run)
	{
		const std::string name = run.benchmark_name();
		struct gbench_result r = {};
		r.name = name.c_str();
		r.error = error_of(run);
		if (run.run_type == Run::RT_Aggregate)
			r.aggregate = run.aggregate_name.c_str();
		r.iterations = run.iterations;
		r.real_seconds = run.real_accumulated_time;
		r.cpu_seconds = run.cpu_accumulated_time;
		r.run = &run;
		on_result_(&r, arg_);
	}

	gbench_on_result *on_result_;
	void *arg_;
};

} // namespace

size_t
gbench_run_each(gbench_on_result *on_result, void *arg)
{
	Forwarder forwarder(on_result, arg);
	return run(&forwarder);
}

bool
gbench_counter(const struct gbench_result *r, const char *name, double *value)
{
	const auto *run = static_cast<const benchmark::BenchmarkReporter::Run *>(r->run);
	auto it = run->counters.find(name);
	if (it == run->counters.end())
		return false;
	*value = it->second;
	return true;
}
