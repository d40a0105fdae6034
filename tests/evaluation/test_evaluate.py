from ct2xkeras.evaluation.records import metric_line


def test_the_metric_line_keeps_the_full_spec():
    assert metric_line({"kid[pixels32,n=4]": 0.12346}) == "kid[pixels32,n=4]=0.1235"
